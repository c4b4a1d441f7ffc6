// SPDX-License-Identifier: MIT
// ipcomp: IP payload compression (RFC 3173) with DEFLATE (RFC 2394) in transport mode. What follows
// the IP header, here a UDP datagram, is compressed behind a header of 4 bytes. A datagram that
// would not become shorter is sent unchanged (§2.2). So is one below 90 bytes, which Linux does not
// try to compress (net/xfrm/xfrm_algo.c). Receivers take both. A packet that is too short, or that
// arrives uncompressed, needs no request: ipcomp_output() looks at the length before it allocates
// (net/xfrm/xfrm_ipcomp.c), and an uncompressed packet never reaches ipcomp_input().
//
// With "deflate" the output goes to scratch and is copied from there to the packet, as
// ipcomp_compress() did until 2025. That scratch has 65,400 bytes; all tunnels share one per CPU.
// The acomp variants need no scratch.
//
// Three payloads in four are text like HTTP headers; 1,400 bytes of it compress to two fifths. The
// fourth payload is random. There is no key and no MAC. Forged packets here are packets that are
// not IPComp of this association, and truncated packets.
#pragma once

#include "workloads/protocol.hpp"
#include "workloads/protocols/draw.hpp"
#include "workloads/protocols/udp.hpp"

namespace tfm {

inline constexpr std::uint8_t ip_protocol_comp = 108;

class Ipcomp : public NoReplay {
 public:
  static constexpr std::string_view name = "ipcomp";
  static constexpr std::string_view summary =
      "IP payload compression (RFC 3173), DEFLATE; a quarter of the payloads is incompressible";
  static constexpr Family family = Family::compression;
  static constexpr std::size_t ipcomp_header_bytes = 4;
  static constexpr std::uint16_t cpi_deflate = 2;           ///< §3.3's well-known number
  static constexpr std::size_t threshold_bytes = 90;        ///< shorter ones are sent unchanged
  static constexpr std::size_t old_scratch_bytes = 65'400;  ///< IPCOMP_SCRATCH_SIZE

  /// What follows the IP header, including IPComp's header.
  struct Found {
    std::uint8_t* payload = nullptr;
    std::uint16_t ip_bytes = 0, bytes = 0;
    bool compressed = false;

    explicit operator bool() const noexcept { return payload != nullptr; }
  };
  static_assert(sizeof(Found) == 16);

  struct Connection {
    std::uint32_t index = 0;
  };

  static bool supports(const Algorithm& algorithm) noexcept {
    return algorithm.family == Family::compression;
  }

  Ipcomp(const Algorithm& algorithm, const ProtocolOptions& options) noexcept
      : seed_(options.seed), ipv6_(options.ipv6), by_scratch_(algorithm.name == "deflate") {}

  std::size_t scratch_bytes() const noexcept { return by_scratch_ ? old_scratch_bytes : 0; }
  std::size_t header_bytes() const noexcept { return ip_header_bytes(ipv6_) + udp_header_bytes; }
  std::size_t packet_bytes(std::size_t payload) const noexcept { return header_bytes() + payload; }

  Connection connection(std::uint32_t index) const noexcept { return {index}; }
  Result<TrafficKeys> keys(const Connection&) const noexcept { return TrafficKeys{}; }
  /// The two ends: there is no key.
  std::string key_line(const Connection& connection) const;

  /// Returns 0 if `packet` or max_packet_bytes is too small.
  std::size_t build(const Connection& connection, Direction direction, std::uint32_t sequence,
                    std::size_t payload_bytes, MutableBytes packet) const noexcept;

  /// Refused are: malformed packets, fragments, protocols other than UDP and IPComp, another CPI.
  Found find(const Connection&, const Skb& skb) const noexcept;

  /// False for packets too short to be compressed, and for packets that arrived uncompressed.
  static bool needs_operation(Found found, Direction direction) noexcept {
    return found.compressed || (direction == Direction::tx && found.bytes >= threshold_bytes);
  }

  Errno output(Request& request, std::uint8_t* scratch, const Connection&, const Skb& skb,
               Found found, Computed& computed) const noexcept;
  MutableBytes output_done(const Connection&, const Skb& skb, Found,
                           const Computed& computed) const noexcept {
    if (computed.output_bytes == 0) return skb.bytes();
    return computed.output.first(computed.output_bytes);
  }

  /// The decompressed packet goes to the output. A packet that arrived uncompressed writes nothing.
  Errno input(Request& request, std::uint8_t* scratch, const Connection&, const Skb& skb,
              Found found, Computed& computed) const noexcept;
  bool input_done(const Connection&, const Skb&, Found, const Computed&) const noexcept {
    return true;
  }

  /// Changed data may decompress to something else without an error. So only the bytes that find()
  /// checks are covered.
  bool covers(const Skb& skb, std::size_t offset) const noexcept;

 private:
  /// Sets length and protocol in the IP header at the front of the output, and its checksum.
  void finish_header(std::uint8_t* ip, std::size_t ip_bytes, std::size_t bytes,
                     std::uint8_t protocol) const noexcept;

  std::uint64_t seed_;
  bool ipv6_;
  bool by_scratch_;
};

}  // namespace tfm
