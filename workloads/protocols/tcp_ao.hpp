// SPDX-License-Identifier: MIT
// tcp_ao: the TCP Authentication Option (RFC 5925) with RFC 5926's key derivation.
//
// The MAC covers SNE, pseudo-header, TCP header (checksum and MAC zeroed) and data. Segments carry
// their options as Linux writes them: TCP-AO's comes first, and established segments have no other
// (write_handshake_options() says why), so their TCP header has 36 bytes. If the MAC leaves the
// other options out, there are some: both hosts are without SACK then, and every segment has
// timestamps.
//
// A connection has two traffic keys, one per direction (RFC 5925 §5.2; struct tcp_ao_key in
// include/net/tcp_ao.h caches both).
#pragma once

#include "workloads/mac_protocol.hpp"
#include "workloads/protocols/sne.hpp"
#include "workloads/protocols/tcp_draw.hpp"

namespace tfm {

class TcpAo : public MacProtocol<TcpAo>, public NoReplay {
 public:
  static constexpr std::string_view name = "tcp_ao";
  static constexpr std::string_view summary =
      "TCP Authentication Option (RFC 5925), 96-bit MACs, traffic keys derived by a KDF";
  static constexpr bool options_vary = true;
  static constexpr std::uint8_t option_bytes = 16;
  static constexpr std::size_t ao_mac_bytes = option_bytes - 4;
  static constexpr std::size_t max_key_bytes = 80;  ///< Linux's TCP_AO_MAXKEYLEN

  /// A segment with its option. Without an option it is refused.
  struct Found {
    TcpSegment segment;

    explicit operator bool() const noexcept { return segment.auth_option != 0; }

    MutableBytes mac() const noexcept {
      if (segment.auth_option == 0) return {};
      return {segment.header + segment.auth_option + 4, ao_mac_bytes};
    }
    std::uint8_t key_id() const noexcept { return segment.header[segment.auth_option + 2]; }
    std::uint8_t rnext_key_id() const noexcept { return segment.header[segment.auth_option + 3]; }
  };

  /// A connection's read-only state. The arrays are indexed by direction: sent, received.
  struct Connection {
    std::uint32_t index = 0;  ///< addresses, ports and master key follow from it
    std::array<SneBase, 2> sne_base{};
    std::array<std::uint8_t, 2> key_id{};  ///< KeyID of that direction, RNextKeyID of the other
  };
  static_assert(sizeof(Connection) <= 64);

  static bool supports(const Algorithm& algorithm) noexcept {
    return algorithm.family == Family::hash && algorithm.keyed;
  }

  /// `algorithm` outlives the protocol. Throws std::invalid_argument if a shared key is longer than
  /// max_key_bytes.
  TcpAo(const Algorithm& algorithm, const ProtocolOptions& options);

  std::size_t scratch_bytes() const noexcept { return max_tcp_header_bytes; }
  std::size_t mac_bytes() const noexcept { return ao_mac_bytes; }
  std::size_t header_bytes() const noexcept {
    return ip_header_bytes(ipv6_) + established_header_bytes +
           (options_covered_ ? 0 : timestamps_bytes);
  }

  Connection connection(std::uint32_t index) const noexcept;
  std::string master_key(const Connection& connection) const;
  /// The two ends and the key.
  std::string key_line(const Connection& connection) const {
    return tcp_key_line(draw_tcp(seed_, connection.index, ipv6_), ipv6_, master_key(connection));
  }

  /// The keys of a SYN, and the keys of all other segments, also of the SYN-ACK (RFC 5925 §5.2).
  /// Errors: those of derive_traffic_key().
  Result<TrafficKeys> handshake_keys(const Connection& connection) const;
  Result<TrafficKeys> keys(const Connection& connection) const;

  /// The option with those ids and a MAC of zeros: option_bytes.
  static void write_option(std::uint8_t* to, std::uint8_t key_id,
                           std::uint8_t rnext_key_id) noexcept;

  /// Returns 0 if `packet` is too small.
  std::size_t build(const Connection& connection, Direction direction, std::uint32_t sequence,
                    std::size_t payload_bytes, MutableBytes packet) const noexcept;
  std::size_t build_handshake(const Connection& connection, Handshake segment,
                              MutableBytes packet) const noexcept;
  Direction direction_of(const Connection& connection, Handshake segment) const noexcept;

  /// Refused are: malformed packets, an absent or ambiguous option, a MAC of another length, an
  /// unknown KeyID.
  Found find(const Connection& connection, const Skb& skb) const noexcept {
    const Found found = find(skb);
    if (!found) return {};
    if (found.key_id() != connection.key_id[static_cast<unsigned>(skb.direction)]) return {};
    return found;
  }
  /// The same of a segment whose connection is not known: any KeyID is taken.
  Found find(const Skb& skb) const noexcept { return {find_segment(skb)}; }

  /// Errors: einval for a packet that find() refused; the provider's.
  Errno digest(Request& request, std::uint8_t* scratch, const Connection& connection,
               const Skb& skb, Found found, MutableBytes mac) const noexcept;

  /// For a packet that find() accepts: whether the MAC protects the byte at `offset`, so that the
  /// packet must be refused when any bit of it is flipped.
  bool covers(const Skb& skb, std::size_t offset) const noexcept;

 private:
  static constexpr std::uint32_t established_header_bytes = tcp_header_bytes + option_bytes;

  /// A segment with no other option: then none need to be walked.
  TcpSegment find_segment(const Skb& skb) const noexcept {
    constexpr std::uint16_t kind_and_length = tcp_option_ao << 8 | option_bytes;
    TcpSegment segment = find_tcp(skb, ipv6_);
    if (!segment) return segment;
    if (segment.header_bytes == established_header_bytes &&
        load_be16(segment.header + tcp_header_bytes) == kind_and_length) [[likely]] {
      segment.auth_option = tcp_header_bytes;
    } else {
      segment.auth_option = find_auth_option(segment, tcp_option_ao, option_bytes);
    }
    return segment;
  }

  /// Copies the part of the TCP header that the MAC covers, with checksum and MAC zeroed. Returns
  /// its length.
  std::size_t copy_header(std::uint8_t* to, TcpSegment segment) const noexcept;

  Result<TrafficKeys> derive(const Connection& connection, bool handshake) const;
  static void write_option(std::uint8_t* to, const Connection& connection,
                           Direction direction) noexcept;

  const Algorithm& algorithm_;
  std::string shared_key_;
  std::uint64_t seed_;
  bool ipv6_;
  bool options_covered_;
};

inline std::size_t TcpAo::copy_header(std::uint8_t* to, TcpSegment segment) const noexcept {
  const std::uint8_t* tcp = segment.header;
  std::size_t bytes = segment.header_bytes;
  std::size_t option = segment.auth_option;
  if (!options_covered_) {
    std::memcpy(to, tcp, tcp_header_bytes);
    std::memcpy(to + tcp_header_bytes, tcp + option, option_bytes);
    option = tcp_header_bytes;
    bytes = tcp_header_bytes + option_bytes;
  } else if (bytes == established_header_bytes) [[likely]] {
    std::memcpy(to, tcp, established_header_bytes);
  } else {
    std::memcpy(to, tcp, bytes);
  }
  store_be16(to + 16, 0);
  std::memset(to + option + 4, 0, ao_mac_bytes);
  return bytes;
}

inline Errno TcpAo::digest(Request& request, std::uint8_t* scratch, const Connection& connection,
                           const Skb& skb, Found found, MutableBytes mac) const noexcept {
  const TcpSegment segment = found.segment;
  if (!segment.auth_option) return Errno::einval;
  std::uint8_t sne[4];
  store_be32(sne,
             sne_of(connection.sne_base[static_cast<unsigned>(skb.direction)], segment.sequence()));
  if (Errno e = hash_init(request); failed(e)) return e;
  if (Errno e = hash_update(request, sne); failed(e)) return e;
  const std::size_t pseudo = write_pseudo_header(scratch, skb.data, ipv6_, segment.bytes);
  if (Errno e = hash_update(request, {scratch, pseudo}); failed(e)) return e;
  const std::size_t header = copy_header(scratch, segment);
  if (Errno e = hash_update(request, {scratch, header}); failed(e)) return e;
  if (Errno e = hash_update(request, segment.data()); failed(e)) return e;
  return hash_final(request, mac.first(ao_mac_bytes));
}

}  // namespace tfm
