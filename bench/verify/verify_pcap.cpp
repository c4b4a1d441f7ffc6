// SPDX-License-Identifier: MIT
#include "bench/verify/verify_pcap.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <cstdio>

#include "bench/verify/algorithm_name.hpp"
#include "bench/verify/ao_tracker.hpp"
#include "bench/verify/capture.hpp"

namespace tfm::bench {
namespace {

using Verdict = AoTracker::Verdict;

struct Tally {
  std::uint64_t valid = 0, invalid = 0, cut = 0, no_handshake = 0;

  std::uint64_t unknown() const noexcept { return cut + no_handshake; }
};

int fail(std::string_view line, int code = 2) {
  fmt::print(stderr, "tfmbench verify: {}\n", line);
  return code;
}

std::string address_text(const std::uint8_t* address, bool ipv6) {
  char text[INET6_ADDRSTRLEN];
  inet_ntop(ipv6 ? AF_INET6 : AF_INET, address, text, sizeof text);
  return text;
}

void print_invalid(std::uint64_t frame, PlainPacket& packet) {
  const Skb skb = packet.skb();
  const TcpSegment tcp = find_tcp(skb, packet.ipv6);
  const std::uint8_t* source = skb.data + (packet.ipv6 ? ipv6_addresses_at : ipv4_addresses_at);
  fmt::print("invalid: frame {}: {} port {} to {} port {}, sequence number {}\n", frame,
             address_text(source, packet.ipv6), tcp.source_port(),
             address_text(source + address_bytes(packet.ipv6), packet.ipv6), tcp.destination_port(),
             tcp.sequence());
}

/// Why nothing was checked.
std::string reason(const Tally& tally) {
  if (tally.unknown() == 0) return "the capture has no TCP-AO segment";
  return fmt::format(
      "TCP-AO segments without their connection's handshake in the capture: {}; cut segments: {}; "
      "capture whole packets, from the handshake on",
      tally.no_handshake, tally.cut);
}

void count(Verdict verdict, Tally& tally) noexcept {
  switch (verdict) {
    case Verdict::valid:
      ++tally.valid;
      break;
    case Verdict::invalid:
      ++tally.invalid;
      break;
    case Verdict::unknown:
      ++tally.no_handshake;
      break;
  }
}

}  // namespace

int verify_pcap(const VerifyPcapOptions& options) {
  if (failed(providers_init())) return fail("a crypto library cannot be initialised");
  const auto algorithm = algorithm_named(options.algorithm);
  if (!algorithm) return fail(algorithm.error());
  if (!TcpAo::supports(**algorithm))
    return fail(fmt::format("--algorithm {}: TCP-AO needs a keyed hash, such as hmac(sha1)",
                            options.algorithm));
  if (options.master_key.empty() || options.master_key.size() > TcpAo::max_key_bytes)
    return fail(fmt::format("--master-key: {} bytes; a master key has 1 to {}",
                            options.master_key.size(), TcpAo::max_key_bytes));
  auto reader = CaptureReader::open(options.pcap);
  if (!reader) return fail(reader.error());

  AoTracker tracker(**algorithm, options.master_key, !options.omit_options);
  Tally tally;
  while (true) {
    const auto captured = reader->next();
    if (!captured) return fail(captured.error());
    if (!*captured) break;
    PlainPacket packet = read_ip((*captured)->ip);
    if (packet.kind == PlainPacket::Kind::other) continue;
    if (packet.kind == PlainPacket::Kind::cut) {
      if (may_carry_ao(packet.bytes)) ++tally.cut;
      continue;
    }
    const TcpSegment tcp = find_tcp(packet.skb(), packet.ipv6);
    if (!may_carry_ao({tcp.header, tcp.bytes})) continue;
    const auto verdict = tracker.check(packet);
    if (!verdict)
      return fail(fmt::format("{}: frame {}: {} of {} failed: {}", options.pcap,
                              (*captured)->number, (*algorithm)->name, (*algorithm)->provider,
                              name(verdict.error())));
    if (*verdict == Verdict::invalid) print_invalid((*captured)->number, packet);
    count(*verdict, tally);
  }
  fmt::print("valid {} invalid {} unknown {}\n", tally.valid, tally.invalid, tally.unknown());
  if (tally.valid + tally.invalid == 0)
    return fail(fmt::format("{}: nothing was checked: {}", options.pcap, reason(tally)), 4);
  return tally.invalid == 0 ? 0 : 1;
}

}  // namespace tfm::bench
