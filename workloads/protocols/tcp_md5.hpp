// SPDX-License-Identifier: MIT
// tcp_md5: the TCP MD5 signature option (RFC 2385).
//
// The digest covers the pseudo-header, the TCP header without options (checksum zeroed), the data,
// and last the key. The connection holds the key, because the algorithm is keyless. One key serves
// a peer in both directions (struct tcp_md5sig_key, include/net/tcp.h). Segments carry their
// options as Linux writes them: NOP, NOP and MD5's come first. The SYN offers no timestamps
// (tcp_syn_options(), net/ipv4/tcp_output.c), so the TCP header of an established segment has 40
// bytes.
#pragma once

#include "workloads/mac_protocol.hpp"
#include "workloads/protocols/tcp_draw.hpp"

namespace tfm {

class TcpMd5 : public MacProtocol<TcpMd5>, public NoReplay {
 public:
  static constexpr std::string_view name = "tcp_md5";
  static constexpr std::string_view summary =
      "TCP MD5 signatures (RFC 2385), the key hashed after the message";
  static constexpr std::uint8_t option_bytes = 18;
  static constexpr std::size_t md5_bytes = 16;
  static constexpr std::size_t max_key_bytes = 59;  ///< what fits in a cache line (Linux: 80)

  /// A segment with its option. Without an option it is refused.
  struct Found {
    TcpSegment segment;

    explicit operator bool() const noexcept { return segment.auth_option != 0; }

    MutableBytes mac() const noexcept {
      if (segment.auth_option == 0) return {};
      return {segment.header + segment.auth_option + 2, md5_bytes};
    }
  };

  /// A connection's read-only state: one cache line, most of it the key.
  struct Connection {
    std::uint32_t index = 0;
    std::uint8_t key_bytes = 0;
    std::array<std::uint8_t, max_key_bytes> key{};
  };
  static_assert(sizeof(Connection) == 64);

  static bool supports(const Algorithm& algorithm) noexcept { return algorithm.name == "md5"; }

  /// Throws std::invalid_argument if a shared key is longer than max_key_bytes.
  TcpMd5(const Algorithm& algorithm, const ProtocolOptions& options);

  std::size_t scratch_bytes() const noexcept { return max_covered_header_bytes; }
  std::size_t mac_bytes() const noexcept { return md5_bytes; }
  std::size_t header_bytes() const noexcept {
    return ip_header_bytes(ipv6_) + established_header_bytes;
  }

  Connection connection(std::uint32_t index) const;
  std::string master_key(const Connection& connection) const;
  /// The two ends and the key.
  std::string key_line(const Connection& connection) const {
    return tcp_key_line(draw_tcp(seed_, connection.index, ipv6_), ipv6_, master_key(connection));
  }

  /// Always empty: the key is in the message.
  Result<TrafficKeys> handshake_keys(const Connection&) const noexcept { return TrafficKeys{}; }
  Result<TrafficKeys> keys(const Connection&) const noexcept { return TrafficKeys{}; }

  /// Returns 0 if `packet` is too small.
  std::size_t build(const Connection& connection, Direction direction, std::uint32_t sequence,
                    std::size_t payload_bytes, MutableBytes packet) const noexcept;
  std::size_t build_handshake(const Connection& connection, Handshake segment,
                              MutableBytes packet) const noexcept;
  Direction direction_of(const Connection& connection, Handshake segment) const noexcept;

  /// Refused are: malformed packets, an absent or ambiguous option.
  Found find(const Connection&, const Skb& skb) const noexcept { return {find_segment(skb)}; }

  /// Errors: einval for a packet that find() refused; the provider's.
  Errno digest(Request& request, std::uint8_t* scratch, const Connection& connection,
               const Skb& skb, Found found, MutableBytes mac) const noexcept {
    const TcpSegment segment = found.segment;
    if (!segment.auth_option) return Errno::einval;
    const std::size_t pseudo = write_pseudo_header(scratch, skb.data, ipv6_, segment.bytes);
    std::memcpy(scratch + pseudo, segment.header, tcp_header_bytes);
    store_be16(scratch + pseudo + 16, 0);
    if (Errno e = hash_init(request); failed(e)) return e;
    if (Errno e = hash_update(request, {scratch, pseudo + tcp_header_bytes}); failed(e)) return e;
    if (Errno e = hash_update(request, segment.data()); failed(e)) return e;
    if (Errno e = hash_update(request, {connection.key.data(), connection.key_bytes}); failed(e))
      return e;
    return hash_final(request, mac.first(md5_bytes));
  }

  /// For a packet that find() accepts: whether it must be refused when any bit of its byte at
  /// `offset` is flipped.
  bool covers(const Skb& skb, std::size_t offset) const noexcept;

 private:
  static constexpr std::size_t max_covered_header_bytes = 40 + tcp_header_bytes;
  static constexpr std::uint32_t padded_option_bytes = 2 + option_bytes;  // NOP NOP before it
  static constexpr std::uint16_t established_option_at = tcp_header_bytes + 2;
  static constexpr std::uint32_t established_header_bytes = tcp_header_bytes + padded_option_bytes;

  /// As TcpAo's: no options need to be walked if they are exactly those of an established segment.
  TcpSegment find_segment(const Skb& skb) const noexcept {
    constexpr std::uint32_t nop_nop_md5 = 0x01010000 | tcp_option_md5 << 8 | option_bytes;
    TcpSegment segment = find_tcp(skb, ipv6_);
    if (!segment) return segment;
    if (segment.header_bytes == established_header_bytes &&
        load_be32(segment.header + tcp_header_bytes) == nop_nop_md5) [[likely]] {
      segment.auth_option = established_option_at;
    } else {
      segment.auth_option = find_auth_option(segment, tcp_option_md5, option_bytes);
    }
    return segment;
  }

  std::string shared_key_;
  std::uint64_t seed_;
  bool ipv6_;
};

}  // namespace tfm
