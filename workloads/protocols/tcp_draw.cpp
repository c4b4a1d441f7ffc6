// SPDX-License-Identifier: MIT
#include "workloads/protocols/tcp_draw.hpp"

#include <algorithm>

#include "runtime/rng.hpp"

namespace tfm {
namespace {

constexpr std::uint16_t bgp_port = 179;
constexpr std::uint16_t first_ephemeral_port = 49152;  // RFC 6335 §6
constexpr std::uint32_t segment_bytes = 1440;          // Ethernet's MSS, less TCP-MD5's option
constexpr std::uint32_t segment_numbers = 1U << 20;

// Mixed into the seed, so that no draw repeats another's numbers.
enum : std::uint64_t { salt_connection = 1, salt_key = 2 };

// This host is in the benchmarking networks of RFC 2544 and RFC 5180. Its IPv4 peers are in RFC
// 1918's 10/8: a million of them need more than the 17 bits of RFC 2544's network.
constexpr std::uint8_t local_ipv4[4] = {198, 18, 0, 1};
constexpr std::uint8_t local_ipv6[16] = {0x20, 0x01, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr std::uint8_t remote_ipv6[16] = {0x20, 0x01, 0, 2, 0, 0, 0, 1};

std::uint32_t draw_isn(Rng& rng) noexcept {
  const bool rolls_over = rng.below(4) == 0;
  return rolls_over ? 0U - 1 - rng.below(2 * segment_bytes)
                    : static_cast<std::uint32_t>(rng.next());
}

void fill_bgp(MutableBytes payload, std::uint64_t seed) noexcept {
  constexpr std::size_t bgp_header_bytes = 19, marker_bytes = 16;
  constexpr std::uint8_t update = 2, keepalive = 4;
  Rng rng(seed);
  for (std::uint8_t& byte : payload) byte = static_cast<std::uint8_t>(rng.next());
  if (payload.size() < bgp_header_bytes) return;
  std::memset(payload.data(), 0xff, marker_bytes);
  store_be16(&payload[marker_bytes], static_cast<std::uint16_t>(payload.size()));
  payload[marker_bytes + 2] = payload.size() == bgp_header_bytes ? keepalive : update;
}

}  // namespace

TcpDraw draw_tcp(std::uint64_t seed, std::uint32_t index, bool ipv6) noexcept {
  Rng rng(mix_seed(seed, salt_connection, index));
  TcpDraw draw;
  draw.isn = {draw_isn(rng), draw_isn(rng)};
  draw.active = rng.below(2) == 0;
  // 6 random bits and the upper 8 bits of the index, for which IPv4's 10/8 has no room.
  const auto ephemeral =
      static_cast<std::uint16_t>(first_ephemeral_port + (rng.below(64) << 8 | index >> 24));
  draw.local.port = draw.active ? ephemeral : bgp_port;
  draw.remote.port = draw.active ? bgp_port : ephemeral;
  if (ipv6) {
    std::copy(std::begin(local_ipv6), std::end(local_ipv6), draw.local.address.begin());
    std::copy(std::begin(remote_ipv6), std::end(remote_ipv6), draw.remote.address.begin());
    store_be32(&draw.remote.address[12], index + 1);
  } else {
    std::copy(std::begin(local_ipv4), std::end(local_ipv4), draw.local.address.begin());
    store_be32(draw.remote.address.data(), 10U << 24 | ((index + 1) & 0xffffff));
  }
  return draw;
}

std::string draw_master_key(std::uint64_t seed, std::uint32_t index) {
  constexpr std::string_view symbols = "abcdefghijklmnopqrstuvwxyz234567";
  Rng rng(mix_seed(seed, salt_key, index));
  std::string key(20, '\0');
  for (char& c : key) c = symbols[rng.below(static_cast<std::uint32_t>(symbols.size()))];
  return key;
}

std::string tcp_key_line(const TcpDraw& draw, bool ipv6, std::string_view master_key) {
  std::string line;
  for (const Endpoint* end : {&draw.local, &draw.remote}) {
    const std::string address = address_text(*end, ipv6);
    line += (ipv6 ? '[' + address + ']' : address) + ':' + std::to_string(end->port) + ' ';
  }
  return line.append(master_key);
}

TcpFields established_fields(const TcpDraw& draw, Direction direction, std::uint32_t number,
                             Bytes options) noexcept {
  const auto& [source, destination] = draw.ends(direction);
  const std::uint32_t sent = number % segment_numbers * segment_bytes;
  return {.source = source,
          .destination = destination,
          .sequence = draw.source_isn(direction) + 1 + sent,
          .acknowledgement = draw.destination_isn(direction) + 1 + sent,
          .flags = tcp_flag::ack | tcp_flag::psh,
          .options = options};
}

TcpFields handshake_fields(const TcpDraw& draw, Handshake segment, Bytes options) noexcept {
  const Direction d = handshake_direction(draw.active, segment);
  const auto& [source, destination] = draw.ends(d);
  const bool syn_ack = segment == Handshake::syn_ack;
  return {.source = source,
          .destination = destination,
          .sequence = draw.source_isn(d),
          .acknowledgement = syn_ack ? draw.destination_isn(d) + 1 : 0,
          .flags = static_cast<std::uint8_t>(tcp_flag::syn | (syn_ack ? tcp_flag::ack : 0)),
          .options = options};
}

void write_timestamps(std::uint8_t* to, std::uint32_t value, std::uint32_t echo) noexcept {
  store_be32(to, 0x0101080a);
  store_be32(to + 4, value);
  store_be32(to + 8, echo);
}

std::size_t write_handshake_options(std::uint8_t* to, bool ipv6, Handshake segment, bool sack,
                                    bool timestamps) noexcept {
  constexpr std::uint32_t mss = 0x02040000, scale_8 = 0x01030308, nop_nop_sack = 0x01010402;
  constexpr std::uint16_t sack_permitted = 0x0402;  // in place of the timestamps' padding
  std::uint8_t* at = to;
  store_be32(at, mss | (ipv6 ? 1440U : 1460U));
  at += 4;
  if (timestamps) {
    write_timestamps(at, 1, segment == Handshake::syn_ack ? 1 : 0);
    if (sack) store_be16(at, sack_permitted);
    at += timestamps_bytes;
  } else if (sack) {
    store_be32(at, nop_nop_sack);
    at += 4;
  }
  store_be32(at, scale_8);
  return static_cast<std::size_t>(at + 4 - to);
}

std::size_t write_bgp(const TcpFields& fields, bool ipv6, std::uint32_t index,
                      std::size_t payload_bytes, MutableBytes packet) noexcept {
  const std::size_t bytes = write_tcp(fields, ipv6, payload_bytes, packet);
  if (bytes != 0) {
    fill_bgp(packet.subspan(bytes - payload_bytes, payload_bytes),
             mix_seed(fields.sequence, index));
  }
  return bytes;
}

}  // namespace tfm
