// SPDX-License-Identifier: MIT
#include "bench/verify/same_macs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "bench/round/exchange.hpp"
#include "runtime/keyed_request.hpp"
#include "strategies/registry.hpp"
#include "workloads/registry.hpp"

namespace tfm::bench {
namespace {

constexpr std::size_t payloads[] = {0, 1, 19, 94, 536, 1400};
constexpr std::uint32_t connections = 4;

/// One packet of a connection and the MAC that it should have.
struct Expected {
  std::vector<std::uint8_t> packet;
  Direction direction;
  bool syn;  ///< signed with the handshake's keys
  std::vector<std::uint8_t> mac;

  Skb skb() noexcept {
    return {packet.data(), 0, static_cast<std::uint16_t>(packet.size()), direction, false};
  }
};

Keys keys_of(const TrafficKeys& keys) noexcept {
  return {{keys.tx.data(), keys.bytes}, {keys.rx.data(), keys.bytes}};
}

/// The first difference for one variant of a protocol, and what was compared.
template <Protocol P>
class Comparison {
 public:
  Comparison(std::string_view algorithm, const ProtocolOptions& options)
      : name_(algorithm), options_(options) {}

  std::optional<std::string> run() {
    for (const Algorithm* a : algorithms()) {
      if (a->name != name_) continue;
      const P protocol(*a, options_);
      for (std::uint32_t index = 0; index < connections; ++index) {
        if (auto difference = check(protocol, *a, index)) return difference;
      }
    }
    return std::nullopt;
  }

  std::size_t macs() const noexcept { return macs_; }

 private:
  /// All strategies on one provider, for one connection. The first provider's bare transform says
  /// what the MACs should be; known answers and vectors vouch for it.
  std::optional<std::string> check(const P& protocol, const Algorithm& algorithm,
                                   std::uint32_t index) {
    const auto connection = protocol.connection(index);
    const auto syn_keys = protocol.handshake_keys(connection);
    const auto keys = protocol.keys(connection);
    if (!syn_keys || !keys) return describe(algorithm, "its keys", "cannot be derived");
    if (expected_.size() == index) {
      auto made = expect(protocol, algorithm, connection, keys_of(*syn_keys), keys_of(*keys));
      if (!made) return describe(algorithm, "a bare transform", name(made.error()));
      expected_.push_back(std::move(*made));
    }
    std::optional<std::string> difference;
    const auto with = [&]<Strategy S>() {
      if (S::name == std::string_view("null") || difference) return;
      for (bool syn : {true, false}) {
        if (!difference)
          difference = compare<S>(protocol, algorithm, connection, keys_of(syn ? *syn_keys : *keys),
                                  syn, expected_[index]);
      }
    };
    for_each_strategy(with);
    PreparedKeyStrategyList::for_each(with);
    return difference;
  }

  static Result<std::vector<Expected>> expect(const P& protocol, const Algorithm& algorithm,
                                              const typename P::Connection& connection, Keys syn,
                                              Keys established) {
    std::vector<Expected> all;
    const auto add = [&](Direction direction, bool is_syn, auto&& build) {
      std::vector<std::uint8_t> packet(1600);
      packet.resize(build(MutableBytes(packet)));
      all.push_back({std::move(packet), direction, is_syn, {}});
    };
    for (Handshake h : {Handshake::syn, Handshake::syn_ack}) {
      add(protocol.direction_of(connection, h), h == Handshake::syn,
          [&](MutableBytes to) { return protocol.build_handshake(connection, h, to); });
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
    for (Expected& e : all) {
      auto request = KeyedRequest::create(algorithm, (e.syn ? syn : established).of(e.direction));
      if (!request) return error(request.error());
      e.mac.resize(protocol.mac_bytes());
      const Errno failure = protocol.digest(**request, scratch.data(), connection, e.skb(),
                                            protocol.find(connection, e.skb()), e.mac);
      if (failed(failure)) return error(failure);
    }
    return all;
  }

  template <Strategy S>
  std::optional<std::string> compare(const P& protocol, const Algorithm& algorithm,
                                     const typename P::Connection& connection, Keys keys, bool syn,
                                     std::vector<Expected> expected) {
    const auto wrong = [&](std::string_view what) { return describe(algorithm, S::name, what); };
    auto strategy = S::create({.possible_cpus = 1});
    if (!strategy) return wrong(name(strategy.error()));
    auto socket = (*strategy)->open(algorithm, keys, protocol.scratch_bytes());
    if (!socket) return wrong(name(socket.error()));
    std::optional<std::string> difference;
    for (Expected& e : expected) {
      if (e.syn != syn || difference) continue;
      const Skb skb = e.skb();
      if (bench::sign(**strategy, 0, *socket, protocol, connection, skb) != Outcome::passed) {
        difference = wrong("cannot sign");
      } else if (const MutableBytes mac = protocol.find(connection, skb).mac();
                 !std::ranges::equal(mac, e.mac)) {
        difference = wrong(fmt::format("gives {}, should give {} for {} bytes", to_hex(mac),
                                       to_hex(e.mac), e.packet.size()));
      } else if (bench::verify(**strategy, 0, *socket, protocol, connection, skb) !=
                 Outcome::passed) {
        difference = wrong("refuses what it signed");
      }
      ++macs_;
    }
    (*strategy)->close(*socket);
    return difference;
  }

  std::string describe(const Algorithm& algorithm, std::string_view strategy,
                       std::string_view what) const {
    return fmt::format("{}, {} of {}, {}: {} {}", P::name, algorithm.name, algorithm.provider,
                       options_.ipv6 ? "IPv6" : "IPv4", strategy, what);
  }

  std::string_view name_;
  ProtocolOptions options_;
  std::vector<std::vector<Expected>> expected_;  ///< by connection
  std::size_t macs_ = 0;
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
SameMacs check_protocol(std::string_view algorithm) {
  SameMacs outcome;
  std::size_t macs = 0;
  for (bool ipv6 : {false, true}) {
    for (bool covered : {true, false}) {
      Comparison<P> comparison(algorithm, {.ipv6 = ipv6, .options_covered = covered});
      if (auto difference = comparison.run(); difference && outcome.difference.empty())
        outcome.difference = std::move(*difference);
      macs += comparison.macs();
    }
  }
  outcome.checked = fmt::format("same MACs: {} with {}: {} from every strategy and provider",
                                P::name, algorithm, macs);
  return outcome;
}

}  // namespace

std::vector<SameMacs> check_same_macs() {
  std::vector<SameMacs> outcomes;
  for_each_protocol([&]<Protocol P>() {
    for (const Algorithm* a : first_of_each_name()) {
      if (P::supports(*a)) outcomes.push_back(check_protocol<P>(a->name));
    }
  });
  return outcomes;
}

}  // namespace tfm::bench
