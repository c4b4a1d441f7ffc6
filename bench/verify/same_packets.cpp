// SPDX-License-Identifier: MIT
#include "bench/verify/same_packets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "bench/cell/exchange.hpp"
#include "bench/cell/pairs.hpp"
#include "bench/cell/sockets_of.hpp"
#include "bench/verify/with_api.hpp"
#include "runtime/keyed_request.hpp"
#include "runtime/rcu.hpp"
#include "strategies/registry.hpp"
#include "workloads/registry.hpp"

namespace tfm::bench {
namespace {

constexpr std::size_t payloads[] = {0, 1, 19, 94, 536, 1400};
constexpr std::uint32_t connections = 4;

Skb skb_of(std::vector<std::uint8_t>& packet, Direction direction) noexcept {
  return {packet.data(), 0, static_cast<std::uint16_t>(packet.size()), direction, false};
}

/// One packet of a connection: as built, and as it must be sent.
struct Expected {
  std::vector<std::uint8_t> packet;
  Direction direction;
  bool syn;  ///< protected with the handshake's keys
  std::vector<std::uint8_t> sent;
};

/// Compares one variant of a protocol: finds the first difference and counts the packets.
template <Protocol P>
class Comparison {
 public:
  Comparison(std::string_view algorithm, const ProtocolOptions& options)
      : name_(algorithm), options_(options) {}

  std::optional<std::string> run() {
    for (const Api api : all_apis) {
      for (const Algorithm* a : algorithms(api)) {
        if (a->name != name_) continue;
        const P protocol(*a, options_);
        for (std::uint32_t index = 0; index < connections; ++index) {
          if (auto difference = check(protocol, *a, index)) return difference;
        }
      }
    }
    return std::nullopt;
  }

  std::size_t packets() const noexcept { return packets_; }

 private:
  /// Checks all strategies on one provider, for one connection. The expected bytes come from a bare
  /// transform of the first provider; known answers and vectors check that provider.
  std::optional<std::string> check(const P& protocol, const Algorithm& algorithm,
                                   std::uint32_t index) {
    const auto connection = protocol.connection(index);
    const auto keys = protocol.keys(connection);
    auto syn_keys = keys;
    if constexpr (HasHandshake<P>) syn_keys = protocol.handshake_keys(connection);
    if (!syn_keys || !keys) return describe(algorithm, "its keys", "cannot be derived");
    if (expected_.size() == index) {
      auto made = expect(protocol, algorithm, connection, as_keys<P>(*syn_keys), as_keys<P>(*keys));
      if (!made) return describe(algorithm, "a bare transform", name(made.error()));
      expected_.push_back(std::move(*made));
    }
    std::optional<std::string> difference;
    const auto with = [&]<Strategy S>() {
      if (S::name == std::string_view("null") || difference) return;
      if (!is_given<S>(algorithm.api)) return;
      if constexpr (has_pair(S::name, P::name)) {
        for (bool syn : {true, false}) {
          if (!difference)
            difference = compare<S>(protocol, algorithm, connection,
                                    as_keys<P>(syn ? *syn_keys : *keys), syn, expected_[index]);
        }
      }
    };
    for_each_strategy(with);
    for_each_prepared_strategy(with);
    return difference;
  }

  static Result<std::vector<Expected>> expect(const P& protocol, const Algorithm& algorithm,
                                              const typename P::Connection& connection, Keys syn,
                                              Keys established) {
    std::vector<Expected> all;
    const auto add = [&](Direction direction, bool is_syn, auto&& build) {
      std::vector<std::uint8_t> packet(max_packet_bytes);
      packet.resize(build(MutableBytes(packet)));
      all.push_back({std::move(packet), direction, is_syn, {}});
    };
    if constexpr (HasHandshake<P>) {
      for (Handshake h : {Handshake::syn, Handshake::syn_ack}) {
        add(protocol.direction_of(connection, h), h == Handshake::syn,
            [&](MutableBytes to) { return protocol.build_handshake(connection, h, to); });
      }
    }
    std::uint32_t sequence = 0;
    for (std::size_t payload : payloads) {
      for (Direction d : {Direction::tx, Direction::rx}) {
        add(d, false,
            [&](MutableBytes to) { return protocol.build(connection, d, sequence, payload, to); });
      }
      ++sequence;
    }
    std::vector<std::uint8_t> scratch(protocol.scratch_bytes());
    const OutputBuffer output;
    for (Expected& e : all) {
      auto request = KeyedRequest::create(algorithm, (e.syn ? syn : established).of(e.direction));
      if (!request) return error(request.error());
      auto packet = e.packet;
      const Skb skb = skb_of(packet, e.direction);
      const auto found = protocol.find(connection, skb);
      if (!found) return error(Errno::einval);
      Computed computed;
      computed.output = output;
      const Errno failure =
          protocol.output(**request, scratch.data(), connection, skb, found, computed);
      if (failed(failure)) return error(failure);
      const MutableBytes sent = protocol.output_done(connection, skb, found, computed);
      e.sent.assign(sent.begin(), sent.end());
    }
    return all;
  }

  template <Strategy S>
  std::optional<std::string> compare(const P& protocol, const Algorithm& algorithm,
                                     const typename P::Connection& connection, Keys keys, bool syn,
                                     std::vector<Expected> expected) {
    const auto wrong = [&](std::string_view what) { return describe(algorithm, S::name, what); };
    auto strategy = create<S>({.possible_cpus = 1});
    if (!strategy) return wrong(name(strategy.error()));
    if (!refuses<S>(algorithm, protocol.scratch_bytes()).empty()) return std::nullopt;
    auto socket = (*strategy)->open(algorithm, keys, protocol.scratch_bytes());
    if (!socket) return wrong(name(socket.error()));
    std::optional<std::string> difference;
    for (Expected& e : expected) {
      if (e.syn != syn || difference) continue;
      MutableBytes sent;
      if (bench::send(**strategy, 0, *socket, protocol, connection, skb_of(e.packet, e.direction),
                      output_, &sent) != Outcome::passed) {
        difference = wrong("cannot send");
        continue;
      }
      if (!std::ranges::equal(sent, e.sent)) {
        difference = wrong(fmt::format("sends {}, should send {}", to_hex(sent), to_hex(e.sent)));
        continue;
      }
      typename P::State state{};
      if (bench::receive(**strategy, 0, *socket, protocol, connection, state,
                         skb_of(e.sent, e.direction), output_) != Outcome::passed) {
        difference = wrong("refuses what it sent");
      }
      ++packets_;
    }
    (*strategy)->close(*socket);
    return difference;
  }

  std::string describe(const Algorithm& algorithm, std::string_view strategy,
                       std::string_view what) const {
    return fmt::format("{}, {} of {}{}, {}: {} {}", P::name, algorithm.name, algorithm.provider,
                       with_api(algorithm.api), options_.ipv6 ? "IPv6" : "IPv4", strategy, what);
  }

  std::string_view name_;
  ProtocolOptions options_;
  OutputBuffer output_;
  std::vector<std::vector<Expected>> expected_;  ///< by connection
  std::size_t packets_ = 0;
};

std::vector<const Algorithm*> first_of_each_name() {
  std::vector<const Algorithm*> firsts;
  for (const Algorithm* a : algorithms()) {
    const bool seen = std::ranges::any_of(firsts, [a](auto* f) { return f->name == a->name; });
    if (!seen) firsts.push_back(a);
  }
  return firsts;
}

template <Protocol P>
SamePackets check_protocol(std::string_view algorithm) {
  SamePackets outcome;
  std::size_t packets = 0;
  for (bool ipv6 : {false, true}) {
    if (!runs_over<P>(ipv6)) continue;
    for (bool covered : {true, false}) {
      if (!covered && !options_vary<P>()) continue;
      Comparison<P> comparison(algorithm, {.ipv6 = ipv6, .options_covered = covered});
      if (auto difference = comparison.run(); difference && outcome.difference.empty())
        outcome.difference = std::move(*difference);
      packets += comparison.packets();
    }
  }
  outcome.checked =
      fmt::format("same packets: {} with {}: {} from every strategy{}, provider and api", P::name,
                  algorithm, packets, all_pairs ? "" : " of this build");
  return outcome;
}

}  // namespace

std::vector<SamePackets> check_same_packets() {
  const RcuThread rcu;
  std::vector<SamePackets> outcomes;
  for_each_protocol([&]<Protocol P>() {
    for (const Algorithm* a : first_of_each_name()) {
      if (P::supports(*a)) outcomes.push_back(check_protocol<P>(a->name));
    }
  });
  return outcomes;
}

}  // namespace tfm::bench
