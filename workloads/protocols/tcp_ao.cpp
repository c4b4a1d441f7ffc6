// SPDX-License-Identifier: MIT
#include "workloads/protocols/tcp_ao.hpp"

#include <stdexcept>

#include "runtime/rng.hpp"
#include "workloads/protocols/kdf.hpp"

namespace tfm {
namespace {

Bytes as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

TcpAo::TcpAo(const Algorithm& algorithm, const ProtocolOptions& options)
    : algorithm_(algorithm),
      shared_key_(options.shared_key),
      seed_(options.seed),
      ipv6_(options.ipv6),
      options_covered_(options.options_covered) {
  if (shared_key_.size() > max_key_bytes)
    throw std::invalid_argument("tcp_ao: a master key has at most 80 bytes");
}

TcpAo::Connection TcpAo::connection(std::uint32_t index) const noexcept {
  const TcpDraw draw = draw_tcp(seed_, index, ipv6_);
  Connection c;
  c.index = index;
  c.sne_base = {SneBase{0, draw.isn[0]}, SneBase{0, draw.isn[1]}};
  const std::uint64_t ids = mix_seed(draw.isn[0], draw.isn[1]);
  c.key_id = {static_cast<std::uint8_t>(ids), static_cast<std::uint8_t>(ids >> 8)};
  return c;
}

std::string TcpAo::master_key(const Connection& connection) const {
  return shared_key_.empty() ? draw_master_key(seed_, connection.index) : shared_key_;
}

Result<TrafficKeys> TcpAo::derive(const Connection& connection, bool handshake) const {
  const TcpDraw draw = draw_tcp(seed_, connection.index, ipv6_);
  const std::string master = master_key(connection);
  TrafficKeys keys;
  keys.bytes = algorithm_.key_bytes;
  for (Direction d : {Direction::tx, Direction::rx}) {
    const auto& [source, destination] = draw.ends(d);
    const KdfContext context{.ipv6 = ipv6_,
                             .source = source,
                             .destination = destination,
                             .source_isn = draw.source_isn(d),
                             .destination_isn = handshake ? 0 : draw.destination_isn(d)};
    const Errno e = derive_traffic_key(algorithm_, as_bytes(master), context,
                                       d == Direction::tx ? keys.tx : keys.rx);
    if (failed(e)) return error(e);
  }
  return keys;
}

Result<TrafficKeys> TcpAo::handshake_keys(const Connection& connection) const {
  return derive(connection, true);
}

Result<TrafficKeys> TcpAo::keys(const Connection& connection) const {
  return derive(connection, false);
}

void TcpAo::write_option(std::uint8_t* to, std::uint8_t key_id,
                         std::uint8_t rnext_key_id) noexcept {
  to[0] = tcp_option_ao;
  to[1] = option_bytes;
  to[2] = key_id;
  to[3] = rnext_key_id;
  std::memset(to + 4, 0, ao_mac_bytes);
}

void TcpAo::write_option(std::uint8_t* to, const Connection& connection,
                         Direction direction) noexcept {
  const auto d = static_cast<unsigned>(direction);
  write_option(to, connection.key_id[d], connection.key_id[1 - d]);
}

std::size_t TcpAo::build(const Connection& connection, Direction direction, std::uint32_t sequence,
                         std::size_t payload_bytes, MutableBytes packet) const noexcept {
  std::uint8_t options[option_bytes + timestamps_bytes];
  write_option(options, connection, direction);
  write_timestamps(options + option_bytes, sequence + 2, sequence + 1);
  const Bytes written(options, options_covered_ ? option_bytes : sizeof options);
  const TcpDraw draw = draw_tcp(seed_, connection.index, ipv6_);
  return write_bgp(established_fields(draw, direction, sequence, written), ipv6_, connection.index,
                   payload_bytes, packet);
}

std::size_t TcpAo::build_handshake(const Connection& connection, Handshake segment,
                                   MutableBytes packet) const noexcept {
  const TcpDraw draw = draw_tcp(seed_, connection.index, ipv6_);
  std::uint8_t options[option_bytes + handshake_options_bytes];
  write_option(options, connection, handshake_direction(draw.active, segment));
  const bool sack = options_covered_, timestamps = !sack || segment == Handshake::syn;
  const std::size_t others =
      write_handshake_options(options + option_bytes, ipv6_, segment, sack, timestamps);
  return write_tcp(handshake_fields(draw, segment, {options, option_bytes + others}), ipv6_, 0,
                   packet);
}

Direction TcpAo::direction_of(const Connection& connection, Handshake segment) const noexcept {
  return handshake_direction(draw_tcp(seed_, connection.index, ipv6_).active, segment);
}

bool TcpAo::covers(const Skb& skb, std::size_t offset) const noexcept {
  const TcpSegment segment = find_segment(skb);
  if (!segment.auth_option) return false;
  const std::uint8_t* tcp = segment.header;
  const Bytes options = options_covered_ ? Bytes(tcp, segment.header_bytes)
                                         : Bytes(tcp + segment.auth_option, option_bytes);
  return auth_option_covers(skb, segment, ipv6_, options, offset);
}

}  // namespace tfm
