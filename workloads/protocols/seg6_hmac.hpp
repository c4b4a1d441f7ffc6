// SPDX-License-Identifier: MIT
// seg6_hmac: the HMAC TLV of IPv6's Segment Routing Header (RFC 8754 §2.1.2; net/ipv6/seg6_hmac.c).
//
// The HMAC covers source address, Last Entry, flags, key id and the segments: 22 bytes, and 16 for
// each of 1 to 14 segments. It does not cover the payload, here a UDP datagram. Its input is
// assembled in scratch; Linux used a buffer per CPU for that until 2025. The TLV has 32 bytes for
// the HMAC. A shorter digest is followed by zeros.
//
// A key id names a secret (struct seg6_hmac_info, include/net/seg6_hmac.h). Our two directions use
// two key ids, so they have a key each.
#pragma once

#include "workloads/mac_protocol.hpp"
#include "workloads/protocols/draw.hpp"
#include "workloads/protocols/udp.hpp"

namespace tfm {

class Seg6Hmac : public MacProtocol<Seg6Hmac>, public NoReplay {
 public:
  static constexpr std::string_view name = "seg6_hmac";
  static constexpr std::string_view summary =
      "HMAC TLV of IPv6 segment routing headers (RFC 8754), 1 to 14 segments";
  static constexpr bool ipv6_only = true;
  static constexpr std::size_t max_segments = 14;  ///< what Linux's buffer of 256 bytes allows
  static constexpr std::size_t hmac_bytes = 32;

  /// A segment routing header with correct lengths, and its HMAC TLV. Null: refused.
  struct Found {
    std::uint8_t* srh = nullptr;
    std::uint8_t* tlv = nullptr;

    explicit operator bool() const noexcept { return srh != nullptr; }
    MutableBytes mac() const noexcept {
      if (srh == nullptr) return {};
      return {tlv + tlv_header_bytes, hmac_bytes};
    }
  };

  /// A packet's path in one direction.
  struct Path {
    std::uint32_t key_id = 0;   ///< names the shared secret (seg6_hmac_info_lookup())
    std::uint8_t segments = 0;  ///< in the header's list
    bool reduced = false;       ///< the list lacks the first segment (§4.1.1): the D bit
  };
  struct Connection {
    std::uint32_t index = 0;
    std::array<Path, 2> paths{};  ///< by direction
  };
  static_assert(sizeof(Connection) <= 64);

  static bool supports(const Algorithm& algorithm) noexcept {
    return algorithm.name == "hmac(sha1)" || algorithm.name == "hmac(sha256)";
  }

  Seg6Hmac(const Algorithm& algorithm, const ProtocolOptions& options) noexcept
      : seed_(options.seed),
        digest_bytes_(algorithm.digest_bytes),
        key_bytes_(algorithm.key_bytes) {}

  std::size_t scratch_bytes() const noexcept { return text_bytes(max_segments); }
  std::size_t mac_bytes() const noexcept { return hmac_bytes; }
  /// For a packet with the most segments.
  std::size_t header_bytes() const noexcept {
    return ipv6_header_bytes + srh_bytes(max_segments) + udp_header_bytes;
  }

  Connection connection(std::uint32_t index) const noexcept;
  std::string key_line(const Connection& connection) const;
  Result<TrafficKeys> keys(const Connection& connection) const noexcept {
    return draw_keys(seed_, connection.index, key_bytes_);
  }

  /// Returns 0 if `packet` is too small.
  std::size_t build(const Connection& connection, Direction direction, std::uint32_t sequence,
                    std::size_t payload_bytes, MutableBytes packet) const noexcept;

  /// Refused are: malformed packets, TLVs other than the HMAC, a clear HMAC flag (Linux's
  /// SR6_FLAG1_HMAC), an unknown key id, and a destination that is not the header's current
  /// segment. The last is not checked if the D bit says that the list is reduced (§2.1.2.1).
  Found find(const Connection& connection, const Skb& skb) const noexcept;

  /// Errors: einval for a packet that find() refused; the provider's.
  Errno digest(Request& request, std::uint8_t* scratch, const Connection& connection,
               const Skb& skb, Found found, MutableBytes mac) const noexcept;

  /// For a packet that find() accepts: whether it must be refused when any bit of its byte at
  /// `offset` is flipped.
  bool covers(const Skb& skb, std::size_t offset) const noexcept;

 private:
  static constexpr std::size_t srh_fixed_bytes = 8, segment_bytes = 16, tlv_header_bytes = 8;
  static constexpr std::size_t tlv_bytes = tlv_header_bytes + hmac_bytes;
  static constexpr std::uint8_t next_header_routing = 43, routing_type_srh = 4;
  static constexpr std::uint8_t flag_hmac = 0x08, d_bit = 0x80;
  static constexpr std::uint16_t tlv_type_and_length = 5 << 8 | (tlv_bytes - 2);

  static constexpr std::size_t srh_bytes(std::size_t segments) noexcept {
    return srh_fixed_bytes + segments * segment_bytes + tlv_bytes;
  }
  /// Source address, Last Entry, flags, key id, segments.
  static constexpr std::size_t text_bytes(std::size_t segments) noexcept {
    return 16 + 1 + 1 + 4 + segments * segment_bytes;
  }

  std::uint64_t seed_;
  std::size_t digest_bytes_, key_bytes_;
};

inline Seg6Hmac::Found Seg6Hmac::find(const Connection& connection, const Skb& skb) const noexcept {
  const IpHeader ip = ip_header_of(skb, true, srh_bytes(1));
  if (ip.next != next_header_routing) return {};
  std::uint8_t* srh = skb.data + ipv6_header_bytes;
  const std::size_t segments = srh[4] + 1U;
  const std::size_t bytes = (srh[1] + std::size_t{1}) * 8;
  if (srh[2] != routing_type_srh || segments > max_segments || bytes != srh_bytes(segments) ||
      ipv6_header_bytes + bytes > skb.length || (srh[5] & flag_hmac) == 0)
    return {};
  std::uint8_t* tlv = srh + bytes - tlv_bytes;
  const Path& path = connection.paths[static_cast<unsigned>(skb.direction)];
  if (load_be16(tlv) != tlv_type_and_length || load_be32(tlv + 4) != path.key_id) return {};
  const std::size_t left = srh[3];
  if ((tlv[2] & d_bit) != 0) {
    if (left > segments) return {};
  } else {
    const std::uint8_t* destination = skb.data + ipv6_addresses_at + 16;
    if (left >= segments ||
        std::memcmp(destination, srh + srh_fixed_bytes + left * segment_bytes, segment_bytes) != 0)
      return {};
  }
  return {srh, tlv};
}

inline Errno Seg6Hmac::digest(Request& request, std::uint8_t* scratch, const Connection&,
                              const Skb& skb, Found found, MutableBytes mac) const noexcept {
  if (!found) return Errno::einval;
  const std::size_t segments = found.srh[4] + 1U;
  std::memcpy(scratch, skb.data + ipv6_addresses_at, 16);
  scratch[16] = found.srh[4];
  scratch[17] = found.srh[5];
  std::memcpy(scratch + 18, found.tlv + 4, 4);
  std::memcpy(scratch + 22, found.srh + srh_fixed_bytes, segments * segment_bytes);
  if (Errno e = hash_init(request); failed(e)) return e;
  if (Errno e = hash_update(request, {scratch, text_bytes(segments)}); failed(e)) return e;
  std::memset(mac.data() + digest_bytes_, 0, hmac_bytes - digest_bytes_);
  return hash_final(request, mac.first(digest_bytes_));
}

}  // namespace tfm
