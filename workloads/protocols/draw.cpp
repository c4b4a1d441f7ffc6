// SPDX-License-Identifier: MIT
#include "workloads/protocols/draw.hpp"

namespace tfm {

TcpDraw draw_udp(std::uint64_t seed, std::uint32_t index, bool ipv6) noexcept {
  constexpr std::uint16_t port = 49152;  // the first that is never assigned (RFC 6335 §6)
  TcpDraw draw = draw_tcp(seed, index, ipv6);
  draw.local.port = draw.remote.port = port;
  return draw;
}

TrafficKeys draw_keys(std::uint64_t seed, std::uint32_t index, std::size_t bytes) noexcept {
  constexpr std::uint64_t salt = 0x6b657973;
  Rng rng(mix_seed(seed, salt, index));
  TrafficKeys keys;
  keys.bytes = bytes;
  for (auto* key : {&keys.tx, &keys.rx}) {
    for (std::size_t i = 0; i < bytes; ++i) (*key)[i] = static_cast<std::uint8_t>(rng.next());
  }
  return keys;
}

std::array<std::uint32_t, 2> draw_spis(Rng& rng, std::uint32_t index) noexcept {
  constexpr std::uint32_t first = 256;  // those below are reserved (RFC 4302 §2.4, RFC 4303 §2.1)
  return {first + rng.below(0U - first), first + index};
}

std::string association_line(const TcpDraw& draw, bool ipv6, std::array<std::uint32_t, 2> names,
                             const TrafficKeys& keys) {
  std::string line = address_text(draw.local, ipv6) + ' ' + address_text(draw.remote, ipv6);
  for (const Direction d : {Direction::tx, Direction::rx}) {
    std::uint8_t name[4];
    store_be32(name, names[static_cast<unsigned>(d)]);
    const auto& key = d == Direction::tx ? keys.tx : keys.rx;
    for (const std::string& hex : {to_hex(name), to_hex({key.data(), keys.bytes})})
      line.append(" 0x").append(hex);
  }
  return line;
}

}  // namespace tfm
