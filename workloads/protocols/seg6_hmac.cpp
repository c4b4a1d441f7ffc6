// SPDX-License-Identifier: MIT
#include "workloads/protocols/seg6_hmac.hpp"

#include "runtime/rng.hpp"

namespace tfm {
namespace {

constexpr std::uint64_t salt_path = 0x73656736;

/// The segments are in RFC 5180's benchmarking network too.
void draw_segment(std::uint8_t* to, Rng& rng) noexcept {
  constexpr std::uint8_t network[8] = {0x20, 0x01, 0, 2, 0, 0, 0, 2};
  std::memcpy(to, network, sizeof network);
  store_be32(to + 8, static_cast<std::uint32_t>(rng.next()));
  store_be32(to + 12, static_cast<std::uint32_t>(rng.next()));
}

std::uint64_t path_seed(std::uint64_t seed, std::uint32_t index, Direction d) noexcept {
  return mix_seed(seed, salt_path + static_cast<unsigned>(d), index);
}

}  // namespace

Seg6Hmac::Connection Seg6Hmac::connection(std::uint32_t index) const noexcept {
  Connection c;
  c.index = index;
  for (const Direction d : {Direction::tx, Direction::rx}) {
    Rng rng(path_seed(seed_, index, d));
    c.paths[static_cast<unsigned>(d)] = {
        .key_id = static_cast<std::uint32_t>(rng.next()) | 1,  // 0 names no secret
        .segments = static_cast<std::uint8_t>(1 + rng.below(max_segments)),
        .reduced = rng.below(4) == 0};
  }
  return c;
}

std::string Seg6Hmac::key_line(const Connection& connection) const {
  return association_line(draw_udp(seed_, connection.index, true), true,
                          {connection.paths[0].key_id, connection.paths[1].key_id},
                          *keys(connection));
}

std::size_t Seg6Hmac::build(const Connection& connection, Direction direction,
                            std::uint32_t sequence, std::size_t payload_bytes,
                            MutableBytes packet) const noexcept {
  const Path& path = connection.paths[static_cast<unsigned>(direction)];
  const std::size_t srh_size = srh_bytes(path.segments);
  const std::size_t udp_size = udp_header_bytes + payload_bytes;
  const std::size_t total = ipv6_header_bytes + srh_size + udp_size;
  if (total > packet.size() || total > max_packet_bytes) return 0;

  const Ends hosts = draw_udp(seed_, connection.index, true).ends(direction);
  std::uint8_t* srh = packet.data() + ipv6_header_bytes;
  srh[0] = ip_protocol_udp;
  srh[1] = static_cast<std::uint8_t>(srh_size / 8 - 1);
  srh[2] = routing_type_srh;
  srh[4] = static_cast<std::uint8_t>(path.segments - 1);
  srh[5] = flag_hmac;
  store_be16(srh + 6, 0);  // tag

  // The list runs from the last segment to the first. This host sends to the first segment. A
  // packet that it receives can be anywhere on its path.
  Rng rng(path_seed(~seed_, connection.index, direction));
  std::uint8_t* list = srh + srh_fixed_bytes;
  for (unsigned i = 0; i < path.segments; ++i) draw_segment(list + i * segment_bytes, rng);
  std::memcpy(list, hosts.destination.address.data(), segment_bytes);
  Endpoint next = hosts.destination;
  unsigned left = path.segments;
  if (path.reduced) {
    draw_segment(next.address.data(), rng);
  } else {
    left = direction == Direction::tx ? path.segments - 1U : rng.below(path.segments);
    std::memcpy(next.address.data(), list + left * segment_bytes, segment_bytes);
  }
  srh[3] = static_cast<std::uint8_t>(left);

  std::uint8_t* tlv = list + path.segments * segment_bytes;
  store_be16(tlv, tlv_type_and_length);
  store_be16(tlv + 2, path.reduced ? d_bit << 8 : 0);
  store_be32(tlv + 4, path.key_id);
  std::memset(tlv + tlv_header_bytes, 0, hmac_bytes);

  write_ip_header(packet.data(), true, {hosts.source, next}, srh_size + udp_size, 0,
                  next_header_routing);
  write_udp({srh + srh_size, udp_size}, true, hosts,
            mix_seed(path_seed(seed_, connection.index, direction), sequence));
  return total;
}

bool Seg6Hmac::covers(const Skb& skb, std::size_t offset) const noexcept {
  if (offset >= skb.length || offset == 0) return false;
  const auto within = [offset](std::size_t at, std::size_t bytes) {
    return offset >= at && offset < at + bytes;
  };
  const std::uint8_t* srh = skb.data + ipv6_header_bytes;
  const std::size_t tlv_at = ipv6_header_bytes + srh_bytes(srh[4] + 1U) - tlv_bytes;
  const bool reduced = (skb.data[tlv_at + 2] & d_bit) != 0;
  if (within(4, 3) || within(ipv6_addresses_at, 16)) return true;  // length, next header, source
  // The destination, and its place in the list.
  if (within(ipv6_addresses_at + 16, 16) || offset == ipv6_header_bytes + 3) return !reduced;
  // Length, type, Last Entry and flags; segments; the TLV except the 16 bits with the D bit.
  return within(ipv6_header_bytes + 1, 2) || within(ipv6_header_bytes + 4, 2) ||
         within(ipv6_header_bytes + srh_fixed_bytes,
                tlv_at - ipv6_header_bytes - srh_fixed_bytes) ||
         within(tlv_at, 2) || within(tlv_at + 4, 4 + hmac_bytes);
}

}  // namespace tfm
