// SPDX-License-Identifier: MIT
// ah: the IP Authentication Header (RFC 4302) in transport mode, before a UDP datagram, with
// hmac(sha1)-96 (RFC 2404), hmac(sha256)-128 (RFC 4868) or cmac(aes128)-96 (RFC 4494).
//
// The ICV covers the whole packet, with zeros in place of the ICV and of what routers change. In
// IPv4 that is TOS, flags, fragment offset, TTL, checksum and the mutable options of appendix A1.
// In IPv6 it is traffic class, flow label, hop limit and the options with a type that says so. As
// in ah_output() and ah_input() (net/ipv4/ah4.c), the zeros are written into the packet, which
// skb_cow_data() has made our own; the temporary block keeps the IP header and the ICV meanwhile,
// and both are put back, whatever the outcome. Extended sequence numbers are not built. Each
// direction has a security association, and so a key, of its own (struct xfrm_state,
// include/net/xfrm.h).
#pragma once

#include "workloads/mac_protocol.hpp"
#include "workloads/protocols/draw.hpp"
#include "workloads/protocols/replay_window.hpp"
#include "workloads/protocols/udp.hpp"

namespace tfm {

inline constexpr std::uint8_t ip_protocol_ah = 51;

class Ah : public MacProtocol<Ah>, public WindowedReplay {
 public:
  static constexpr std::string_view name = "ah";
  static constexpr std::string_view summary =
      "IPsec AH (RFC 4302), transport mode, 96- or 128-bit ICVs, anti-replay window of 64";
  static constexpr std::size_t fixed_bytes = 12;  ///< before the ICV

  /// A packet's parts. Two registers wide.
  struct Found {
    std::uint8_t* ah = nullptr;
    std::uint32_t sequence = 0;
    std::uint16_t ip_bytes = 0;  ///< of the headers before it
    std::uint16_t icv_bytes = 0;

    explicit operator bool() const noexcept { return ah != nullptr; }
    MutableBytes mac() const noexcept {
      if (ah == nullptr) return {};
      return {ah + fixed_bytes, icv_bytes};
    }
  };
  static_assert(sizeof(Found) == 16);

  /// A pair of security associations, read-only.
  struct Connection {
    std::uint32_t index = 0;  ///< addresses and keys follow from it
    std::array<std::uint32_t, 2> spi{};
  };
  static_assert(sizeof(Connection) <= 64);

  static bool supports(const Algorithm& algorithm) noexcept { return icv_bytes_of(algorithm) != 0; }

  Ah(const Algorithm& algorithm, const ProtocolOptions& options) noexcept
      : seed_(options.seed),
        key_bytes_(algorithm.key_bytes),
        icv_bytes_(static_cast<std::uint16_t>(icv_bytes_of(algorithm))),
        ah_bytes_(padded(fixed_bytes + icv_bytes_, options.ipv6 ? 8 : 4)),
        ipv6_(options.ipv6) {}

  std::size_t scratch_bytes() const noexcept { return max_ip_bytes() + icv_bytes_; }
  std::size_t mac_bytes() const noexcept { return icv_bytes_; }
  std::size_t header_bytes() const noexcept {
    return ip_header_bytes(ipv6_) + ah_bytes_ + udp_header_bytes;
  }

  Connection connection(std::uint32_t index) const noexcept;
  Result<TrafficKeys> keys(const Connection& connection) const noexcept {
    return draw_keys(seed_, connection.index, key_bytes_);
  }
  /// The two ends, then SPI and key of each direction.
  std::string key_line(const Connection& connection) const;

  /// Returns 0 if `packet` or max_packet_bytes is too small.
  std::size_t build(const Connection& connection, Direction direction, std::uint32_t sequence,
                    std::size_t payload_bytes, MutableBytes packet) const noexcept;

  /// Refused are: malformed packets, fragments (§3.4.1), an unknown SPI, an ICV of another length,
  /// options that do not fill their header, IPv6 extension headers of more than 88 bytes or other
  /// than hop-by-hop and destination options.
  Found find(const Connection& connection, const Skb& skb) const noexcept {
    const std::size_t ip_bytes = find_ah(skb);
    if (ip_bytes == 0) return {};
    std::uint8_t* const ah = skb.data + ip_bytes;
    if ((ah[1] + 2U) * 4 != ah_bytes_ ||
        load_be32(ah + 4) != connection.spi[static_cast<unsigned>(skb.direction)])
      return {};
    return {ah, load_be32(ah + 8), static_cast<std::uint16_t>(ip_bytes), icv_bytes_};
  }

  /// Errors: einval for a packet that find() refused; the provider's.
  Errno digest(Request& request, std::uint8_t* scratch, const Connection&, const Skb& skb,
               Found found, MutableBytes mac) const noexcept {
    if (!found) return Errno::einval;
    std::uint8_t* const icv = found.ah + fixed_bytes;
    std::uint8_t* const kept_icv = scratch + found.ip_bytes;
    std::memcpy(scratch, skb.data, found.ip_bytes);
    std::memcpy(kept_icv, icv, icv_bytes_);
    clear_mutable(skb.data, found.ip_bytes, skb.direction);
    std::memset(icv, 0, icv_bytes_);
    const Errno e = hash(request, skb.bytes(), mac.first(icv_bytes_));
    std::memcpy(skb.data, scratch, found.ip_bytes);
    std::memcpy(icv, kept_icv, icv_bytes_);
    return e;
  }

  /// For a packet that find() accepts. False for all options.
  bool covers(const Skb& skb, std::size_t offset) const noexcept;

 private:
  static constexpr std::size_t max_ipv6_headers_bytes = 128;

  static std::size_t icv_bytes_of(const Algorithm& algorithm) noexcept {
    if (algorithm.name == "hmac(sha1)" || algorithm.name == "cmac(aes128)") return 12;
    return algorithm.name == "hmac(sha256)" ? 16 : 0;
  }
  /// The header's length is a multiple of 32 bits in IPv4, of 64 bits in IPv6 (§2.6).
  static constexpr std::uint16_t padded(std::size_t bytes, std::size_t word) noexcept {
    return static_cast<std::uint16_t>((bytes + word - 1) / word * word);
  }
  std::size_t max_ip_bytes() const noexcept { return ipv6_ ? max_ipv6_headers_bytes : 60; }

  /// Bytes before an AH for which the packet has room; 0: refused.
  std::size_t find_ah(const Skb& skb) const noexcept {
    const IpHeader ip = ip_header_of(skb, ipv6_, ah_bytes_);
    if (ip.next == ip_protocol_ah && ip.bytes == ip_header_bytes(ipv6_)) [[likely]]
      return ip.bytes;
    if (ip.bytes == 0) return 0;
    return ipv6_ ? find_behind_extensions(skb) : find_behind_options(skb, ip);
  }
  static std::size_t find_behind_options(const Skb& skb, IpHeader ip) noexcept;
  std::size_t find_behind_extensions(const Skb& skb) const noexcept;

  static Errno hash(Request& request, Bytes packet, MutableBytes mac) noexcept {
    if (Errno e = hash_init(request); failed(e)) return e;
    if (Errno e = hash_update(request, packet); failed(e)) return e;
    return hash_final(request, mac);
  }

  /// Zeroes what routers change, in the headers before AH.
  void clear_mutable(std::uint8_t* ip, std::size_t ip_bytes, Direction direction) const noexcept {
    if (ipv6_) {
      store_be32(ip, 6U << 28);
      ip[7] = 0;
      if (ip_bytes != ipv6_header_bytes) [[unlikely]]
        clear_extensions(ip, ip_bytes);
    } else {
      ip[1] = 0;
      store_be16(ip + 6, 0);
      ip[8] = 0;
      store_be16(ip + 10, 0);
      if (ip_bytes != ipv4_header_bytes) [[unlikely]]
        clear_options(ip, ip_bytes, direction);
    }
  }
  static void clear_options(std::uint8_t* ip, std::size_t ip_bytes, Direction direction) noexcept;
  static void clear_extensions(std::uint8_t* ip, std::size_t ip_bytes) noexcept;

  std::uint64_t seed_;
  std::uint16_t key_bytes_, icv_bytes_, ah_bytes_;
  bool ipv6_;
};

}  // namespace tfm
