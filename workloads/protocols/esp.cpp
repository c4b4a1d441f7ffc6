// SPDX-License-Identifier: MIT
#include "workloads/protocols/esp.hpp"

#include "runtime/rng.hpp"

namespace tfm {
namespace {

constexpr std::uint64_t salt_association = 0x657370;  // gives numbers that no other draw repeats

}  // namespace

Esp::Connection Esp::connection(std::uint32_t index) const noexcept {
  Rng rng(mix_seed(seed_, salt_association, index));
  Connection c;
  c.index = index;
  c.spi = draw_spis(rng, index);
  for (unsigned d = 0; d < 2; ++d) {
    store_be32(c.salt[d].data(), static_cast<std::uint32_t>(rng.next()));
    c.iv_base[d] = rng.next();
  }
  return c;
}

std::string Esp::key_line(const Connection& connection) const {
  const TcpDraw draw = draw_udp(seed_, connection.index, ipv6_);
  const TrafficKeys keys = this->keys(connection).value();
  const bool gcm = algorithm_.tmpl == Template::gcm;
  std::string lines;
  for (Direction direction : {Direction::tx, Direction::rx}) {
    const auto d = static_cast<unsigned>(direction);
    std::uint8_t spi[4];
    store_be32(spi, connection.spi[d]);
    const auto& key = direction == Direction::tx ? keys.tx : keys.rx;
    const Ends ends = draw.ends(direction);
    if (!lines.empty()) lines += '\n';
    lines += ipv6_ ? "\"IPv6\"" : "\"IPv4\"";
    for (const std::string& field :
         {address_text(ends.source, ipv6_), address_text(ends.destination, ipv6_),
          "0x" + to_hex(spi),
          std::string(gcm ? "AES-GCM with 16 octet ICV [RFC4106]"
                          : "ChaCha20 with Poly1305 [RFC7634]"),
          "0x" + to_hex({key.data(), keys.bytes}) + to_hex(connection.salt[d]), std::string("NULL"),
          std::string()}) {
      lines.append(",\"").append(field).append("\"");
    }
  }
  return lines;
}

std::size_t Esp::build(const Connection& connection, Direction direction, std::uint32_t sequence,
                       std::size_t payload_bytes, MutableBytes packet) const noexcept {
  const std::size_t total = packet_bytes(payload_bytes);
  if (total > packet.size() || total > max_packet_bytes) return 0;
  const Ends ends = draw_udp(seed_, connection.index, ipv6_).ends(direction);
  const auto d = static_cast<unsigned>(direction);

  std::uint8_t* const esp =
      packet.data() + write_ip_header(packet.data(), ipv6_, ends, total - ip_header_bytes(ipv6_),
                                      static_cast<std::uint16_t>(sequence), ip_protocol_esp);
  store_be32(esp, connection.spi[d]);
  store_be32(esp + 4, sequence + 1);  // an association's first packet has 1 (§3.3.3)
  std::memset(esp + 8, 0, header_and_iv_bytes - 8);
  std::uint8_t* const text = esp + header_and_iv_bytes;
  const std::size_t datagram = udp_header_bytes + payload_bytes;
  write_udp({text, datagram}, ipv6_, ends, mix_seed(connection.index, sequence, connection.spi[d]));
  const std::size_t padding = text_bytes(payload_bytes) - datagram - trailer_bytes;
  std::uint8_t* const trailer = text + datagram + padding;
  for (std::size_t i = 0; i < padding; ++i) text[datagram + i] = static_cast<std::uint8_t>(i + 1);
  trailer[0] = static_cast<std::uint8_t>(padding);
  trailer[1] = ip_protocol_udp;
  std::memset(trailer + trailer_bytes, 0, icv_bytes);
  return total;
}

bool Esp::covers(const Skb& skb, std::size_t offset) const noexcept {
  const std::size_t ip_bytes = find_esp(skb);
  if (ip_bytes == 0 || offset >= skb.length) return false;
  if (offset >= ip_bytes) return true;
  // Covered in the IP header: version and IHL, lengths, the fragment offset, the protocol.
  // Addresses find the association, but nothing authenticates them.
  if (ipv6_) return offset >= 4 && offset <= 6;
  return offset == 0 || offset == 2 || offset == 3 || offset == 7 || offset == 9;
}

}  // namespace tfm
