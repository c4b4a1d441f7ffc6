// SPDX-License-Identifier: MIT
#include "bench/verify/dump.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "bench/output.hpp"
#include "bench/verify/algorithm_name.hpp"
#include "bench/verify/capture.hpp"
#include "bench/workload_name.hpp"
#include "runtime/keyed_request.hpp"
#include "workloads/registry.hpp"
#include "workloads/traffic/sizes.hpp"

namespace tfm::bench {
namespace {

using Failure = tl::unexpected<std::string>;
using Done = tl::expected<void, std::string>;

struct Dump {
  CaptureText capture;
  std::string keys;  ///< one line per socket
};

template <Protocol P>
constexpr std::uint32_t link_type() noexcept {
  if constexpr (requires { P::link_type; }) return P::link_type;
  return raw_ip;
}

/// Writes the packets of one socket, in order.
template <Protocol P>
class Writer {
 public:
  Writer(const P& protocol, const Algorithm& algorithm, bool ipv6, std::uint32_t index, Dump& dump)
      : protocol_(protocol),
        algorithm_(algorithm),
        ipv6_(ipv6),
        connection_(protocol.connection(index)),
        dump_(dump) {}

  Done handshake(Handshake segment) requires HasHandshake<P> {
    const auto keys = segment == Handshake::syn ? protocol_.handshake_keys(connection_)
                                                : protocol_.keys(connection_);
    const Direction direction = protocol_.direction_of(connection_, segment);
    return finish(protocol_.build_handshake(connection_, segment, packet_), direction, keys);
  }

  Done established(Direction direction, std::size_t payload) {
    const std::uint32_t number = sent_[static_cast<unsigned>(direction)]++;
    return finish(protocol_.build(connection_, direction, number, payload, packet_), direction,
                  protocol_.keys(connection_));
  }

  void key_line() { dump_.keys += protocol_.key_line(connection_) + '\n'; }

 private:
  /// Protects the packet, completes TCP's checksum and adds the packet to the capture.
  Done finish(std::size_t bytes, Direction direction, const Result<TrafficKeys>& keys) {
    if (!keys) return failure("key", keys.error());
    const auto& key = direction == Direction::tx ? keys->tx : keys->rx;
    auto request = KeyedRequest::create(algorithm_, {key.data(), keys->bytes});
    if (!request) return failure("transform", request.error());
    const Skb skb{packet_.data(), 0, static_cast<std::uint16_t>(bytes), direction, false};
    const auto found = protocol_.find(connection_, skb);
    if (!found) return failure("packet", Errno::einval);
    std::vector<std::uint8_t> scratch(protocol_.scratch_bytes());
    const OutputBuffer output;
    Computed computed;
    computed.output = output;
    const Errno e = protocol_.output(**request, scratch.data(), connection_, skb, found, computed);
    if (failed(e)) return failure("packet's protection", e);
    const MutableBytes sent = protocol_.output_done(connection_, skb, found, computed);
    if constexpr (HasHandshake<P>) complete_tcp_checksum(skb, ipv6_);
    dump_.capture.add(sent);
    return {};
  }

  Done failure(std::string_view what, Errno e) const {
    return Failure(fmt::format("socket {}: a {} with {} of {} fails: {}", connection_.index, what,
                               algorithm_.name, algorithm_.provider, name(e)));
  }

  const P& protocol_;
  const Algorithm& algorithm_;
  bool ipv6_;
  typename P::Connection connection_;
  Dump& dump_;
  std::array<std::uint32_t, 2> sent_{};
  std::array<std::uint8_t, max_packet_bytes> packet_{};
};

/// Handshakes come first, then packets of all sockets in turn, in both directions.
template <Protocol P>
tl::expected<Dump, std::string> write_packets(const DumpOptions& options,
                                              const Algorithm& algorithm, const Sizes& sizes) {
  if constexpr (requires { P::max_key_bytes; }) {
    if (options.key.size() > P::max_key_bytes)
      return Failure(fmt::format("--key: {} bytes; {} takes at most {}", options.key.size(),
                                 P::name, P::max_key_bytes));
  } else {
    if (!options.key.empty())
      return Failure(fmt::format("--key: {} does not take keys as text", P::name));
  }
  if (options.ipv6 && !runs_over<P>(false))
    return Failure(fmt::format("--ipv6: {} runs over IPv6 only; leave the flag out", P::name));
  if (options.omit_options && !options_vary<P>())
    return Failure(
        fmt::format("--omit-options: {} has no such choice; leave the flag out", P::name));
  const P protocol(algorithm, {.ipv6 = options.ipv6,
                               .options_covered = !options.omit_options,
                               .shared_key = options.key,
                               .seed = options.seed});
  constexpr std::uint64_t most_sockets = 8, packets_per_socket = 6;
  const auto sockets = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(options.packets / packets_per_socket, 1, most_sockets));
  Dump dump{CaptureText(link_type<P>()), {}};
  std::vector<Writer<P>> writers;
  writers.reserve(sockets);
  for (std::uint32_t i = 0; i < sockets; ++i) {
    writers.emplace_back(protocol, algorithm, options.ipv6, i, dump);
    writers.back().key_line();
  }
  Rng rng(options.seed);
  for (std::uint64_t i = 0; i < options.packets; ++i) {
    Writer<P>& writer = writers[i % sockets];
    const std::uint64_t lap = i / sockets;
    const Direction direction = lap % 2 == 0 ? Direction::tx : Direction::rx;
    Done done;
    bool handshake = false;
    if constexpr (HasHandshake<P>) {
      handshake = lap < 2;
      if (handshake) done = writer.handshake(lap == 0 ? Handshake::syn : Handshake::syn_ack);
    }
    if (!handshake)
      done = writer.established(direction, sizes.payload(rng, protocol.packet_bytes(0)));
    if (!done) return Failure(done.error());
  }
  return dump;
}

template <Protocol P>
tl::expected<const Algorithm*, std::string> algorithm_for(const DumpOptions& options) {
  if (options.algorithm.empty()) {
    for (const Algorithm* a : algorithms()) {
      if (P::supports(*a)) return a;
    }
  }
  auto algorithm = algorithm_named(options.algorithm);
  if (algorithm && !P::supports(**algorithm))
    return Failure(fmt::format("--algorithm {}: {} takes {}", options.algorithm, P::name,
                               fmt::join(algorithms_of<P>(), ", ")));
  return algorithm;
}

tl::expected<Dump, std::string> make(const DumpOptions& options) {
  if (failed(providers_init())) return Failure("a crypto library cannot be initialised");
  if (options.packets == 0 || options.packets > max_dump_packets)
    return Failure(
        fmt::format("--packets {}: it must be from 1 to {}", options.packets, max_dump_packets));
  if (std::string line = no_workload(options.workload); !line.empty())
    return Failure(std::move(line));
  const std::size_t slash = options.workload.find('/');
  const std::string protocol = options.workload.substr(0, slash);
  const auto sizes = sizes_named(options.workload.substr(slash + 1));

  tl::expected<Dump, std::string> result = Failure("");
  for_each_protocol([&]<Protocol P>() {
    if (P::name != protocol) return;
    const auto algorithm = algorithm_for<P>(options);
    result =
        algorithm ? write_packets<P>(options, **algorithm, *sizes) : Failure(algorithm.error());
  });
  return result;
}

int fail(std::string_view line) {
  fmt::print(stderr, "tfmbench dump: {}\n", line);
  return 2;
}

}  // namespace

int dump(const DumpOptions& options) {
  const auto made = make(options);
  if (!made) return fail(made.error());
  const bool stream = is_stream(options.pcap), to_stdout = is_stdout(options.pcap);
  if (const auto written = write_output(options.pcap, made->capture.text()); !written)
    return fail(written.error());
  if (!to_stdout)
    fmt::print("{} packets of {} in {}\n", options.packets, options.workload, options.pcap);
  if (!options.key.empty()) return 0;
  if (stream) {
    fmt::print(stderr, "{}", made->keys);
    return 0;
  }
  const std::string keys = options.pcap + ".keys";
  if (const auto written = write_output(keys, made->keys); !written) return fail(written.error());
  fmt::print("keys in {}\n", keys);
  return 0;
}

}  // namespace tfm::bench
