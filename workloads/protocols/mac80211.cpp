// SPDX-License-Identifier: MIT
#include "workloads/protocols/mac80211.hpp"

#include "runtime/rng.hpp"

namespace tfm {
namespace {

// The access point and the host behind it, with addresses for documentation (RFC 7042 §2.1.2).
constexpr Mac80211::Address access_point = {0x00, 0x00, 0x5e, 0x00, 0x53, 0x01};
constexpr Mac80211::Address wired_host = {0x00, 0x00, 0x5e, 0x00, 0x53, 0x02};
constexpr std::uint16_t ethertype_ipv4 = 0x0800, ethertype_ipv6 = 0x86dd;
constexpr std::uint8_t duration_us = 44;  // of the acknowledgement that follows

}  // namespace

Mac80211::Connection Mac80211::connection(std::uint32_t index) const noexcept {
  Connection c;
  c.index = index;
  c.station = {0x02};  // locally administered
  store_be32(&c.station[2], index);
  c.tid = static_cast<std::uint8_t>(mix_seed(seed_, index) % 8);
  return c;
}

Result<TrafficKeys> Mac80211::keys(const Connection& connection) const noexcept {
  TrafficKeys keys = draw_keys(seed_, connection.index, algorithm_.key_bytes);
  keys.rx = keys.tx;
  return keys;
}

std::string Mac80211::key_line(const Connection& connection) const {
  const TrafficKeys keys = this->keys(connection).value();
  return "\"tk\",\"" + to_hex({keys.tx.data(), keys.bytes}) + '"';
}

std::size_t Mac80211::build(const Connection& connection, Direction direction,
                            std::uint32_t sequence, std::size_t payload_bytes,
                            MutableBytes packet) const noexcept {
  const std::size_t total = packet_bytes(payload_bytes);
  if (total > packet.size() || total > max_packet_bytes) return 0;
  const bool tx = direction == Direction::tx;
  std::uint8_t* const header = packet.data();
  header[0] = data_frame | qos_subtype;
  header[1] = (tx ? from_ds : to_ds) | protected_frame;
  header[2] = duration_us;
  header[3] = 0;
  std::uint8_t* address = header + 4;
  for (const Address& a : {tx ? connection.station : access_point,
                           tx ? access_point : connection.station, wired_host}) {
    std::memcpy(address, a.data(), sizeof(Address));
    address += sizeof(Address);
  }
  header[22] = static_cast<std::uint8_t>(sequence << 4);  // little-endian, fragment 0
  header[23] = static_cast<std::uint8_t>(sequence >> 4);
  header[24] = connection.tid;
  header[25] = 0;

  // §12.5.3.2. A key's first frame has packet number 1, because receivers begin with 0.
  std::uint8_t* const crypto = header + qos_header_bytes;
  const std::uint64_t number = std::uint64_t{sequence} + 1;
  crypto[0] = static_cast<std::uint8_t>(number);
  crypto[1] = static_cast<std::uint8_t>(number >> 8);
  crypto[2] = 0;
  crypto[3] = extended_iv;
  for (unsigned i = 2; i < 6; ++i) crypto[i + 2] = static_cast<std::uint8_t>(number >> 8 * i);

  std::uint8_t* const llc = crypto + crypto_header_bytes;
  constexpr std::uint8_t snap[6] = {0xaa, 0xaa, 0x03};  // RFC 1042
  std::memcpy(llc, snap, sizeof snap);
  store_be16(llc + sizeof snap, ipv6_ ? ethertype_ipv6 : ethertype_ipv4);
  const Ends ends = draw_udp(seed_, connection.index, ipv6_).ends(direction);
  std::uint8_t* const ip = llc + llc_bytes;
  const std::size_t datagram = udp_header_bytes + payload_bytes;
  std::uint8_t* const udp =
      ip + write_ip_header(ip, ipv6_, ends, datagram, static_cast<std::uint16_t>(sequence),
                           ip_protocol_udp);
  write_udp({udp, datagram}, ipv6_, ends, mix_seed(connection.index, sequence, header[1]));
  std::memset(udp + datagram, 0, mic_bytes());
  return total;
}

bool Mac80211::covers(const Skb& skb, std::size_t offset) const noexcept {
  // Covered in the headers: type and subtype, addresses, the packet number. Other bytes are masked
  // in part (flags, sequence number, QoS Control) or not covered at all (Duration, reserved bits).
  if (offset >= skb.length) return false;
  if (offset < plain_header_bytes) return offset == 0 || (offset >= 4 && offset < 22);
  const std::size_t header =
      (skb.data[0] & qos_subtype) != 0 ? qos_header_bytes : plain_header_bytes;
  if (offset < header) return false;
  return offset != header + 2 && offset != header + 3;
}

}  // namespace tfm
