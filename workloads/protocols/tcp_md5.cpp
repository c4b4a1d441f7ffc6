// SPDX-License-Identifier: MIT
#include "workloads/protocols/tcp_md5.hpp"

#include <algorithm>
#include <stdexcept>

namespace tfm {
namespace {

/// NOP NOP, then the option with a zero digest.
void write_option(std::uint8_t* to, std::uint8_t option_bytes) noexcept {
  to[0] = to[1] = 1;
  to[2] = tcp_option_md5;
  to[3] = option_bytes;
  std::memset(to + 4, 0, option_bytes - 2U);
}

}  // namespace

TcpMd5::TcpMd5(const Algorithm&, const ProtocolOptions& options)
    : shared_key_(options.shared_key), seed_(options.seed), ipv6_(options.ipv6) {
  if (shared_key_.size() > max_key_bytes)
    throw std::invalid_argument("tcp_md5: a key has at most 59 bytes here");
}

TcpMd5::Connection TcpMd5::connection(std::uint32_t index) const {
  const std::string key = shared_key_.empty() ? draw_master_key(seed_, index) : shared_key_;
  Connection c;
  c.index = index;
  c.key_bytes = static_cast<std::uint8_t>(key.size());
  std::copy(key.begin(), key.end(), c.key.begin());
  return c;
}

std::string TcpMd5::master_key(const Connection& connection) const {
  return {connection.key.begin(), connection.key.begin() + connection.key_bytes};
}

std::size_t TcpMd5::build(const Connection& connection, Direction direction, std::uint32_t sequence,
                          std::size_t payload_bytes, MutableBytes packet) const noexcept {
  std::uint8_t options[padded_option_bytes];
  write_option(options, option_bytes);
  const TcpDraw draw = draw_tcp(seed_, connection.index, ipv6_);
  return write_bgp(established_fields(draw, direction, sequence, options), ipv6_, connection.index,
                   payload_bytes, packet);
}

std::size_t TcpMd5::build_handshake(const Connection& connection, Handshake segment,
                                    MutableBytes packet) const noexcept {
  std::uint8_t options[padded_option_bytes + handshake_options_bytes];
  write_option(options, option_bytes);
  const std::size_t others =
      write_handshake_options(options + padded_option_bytes, ipv6_, segment, true, false);
  const TcpDraw draw = draw_tcp(seed_, connection.index, ipv6_);
  return write_tcp(handshake_fields(draw, segment, {options, padded_option_bytes + others}), ipv6_,
                   0, packet);
}

Direction TcpMd5::direction_of(const Connection& connection, Handshake segment) const noexcept {
  return handshake_direction(draw_tcp(seed_, connection.index, ipv6_).active, segment);
}

bool TcpMd5::covers(const Skb& skb, std::size_t offset) const noexcept {
  const TcpSegment segment = find_segment(skb);
  if (!segment.auth_option) return false;
  const std::uint8_t* option = segment.header + segment.auth_option;
  return auth_option_covers(skb, segment, ipv6_, {option, option_bytes}, offset);
}

}  // namespace tfm
