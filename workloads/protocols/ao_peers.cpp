// SPDX-License-Identifier: MIT
#include "workloads/protocols/ao_peers.hpp"

#include <utility>

#include "runtime/rng.hpp"

namespace tfm {
namespace {

constexpr std::uint64_t salt_key_ids = 0x6b657973;
constexpr std::uint32_t never_sent = 100'000;  ///< beyond what any SYN-ACK's window allows

}  // namespace

AoPeers::AoPeers(const ProtocolOptions& options, std::uint32_t mkts, std::uint32_t peers) noexcept
    : options_(options), shared_key_(options.shared_key), mkts_(mkts), shift_(0) {
  options_.shared_key = {};
  while (peers >> shift_ >= mkts) ++shift_;
}

Mkt AoPeers::mkt(std::uint32_t number) const noexcept {
  const std::uint64_t ids = mix_seed(options_.seed, salt_key_ids, number);
  const std::size_t bits = 8 * address_bytes(options_.ipv6);
  Mkt mkt{.address = draw_tcp(options_.seed, 0, options_.ipv6).remote.address,
          .prefix_bits = static_cast<std::uint8_t>(bits - shift_),
          .send_id = static_cast<std::uint8_t>(ids),
          .recv_id = static_cast<std::uint8_t>(ids >> 8)};
  // Peers differ in the last bytes of their addresses.
  const std::size_t last = address_bytes(options_.ipv6) - 4;
  const std::uint32_t network = load_be32(&mkt.address[last]) & ~std::uint32_t{0xffffff};
  store_be32(&mkt.address[last], network | (number << shift_ & 0xffffff));
  return mkt;
}

std::string AoPeers::master_key(std::uint32_t number) const {
  return shared_key_.empty() ? draw_master_key(options_.seed, number) : shared_key_;
}

TcpDraw AoPeers::draw(std::uint32_t peer) const noexcept {
  TcpDraw draw = draw_tcp(options_.seed, peer, options_.ipv6);
  if (draw.active) std::swap(draw.local.port, draw.remote.port);
  draw.active = false;
  return draw;
}

AoRequestSock AoPeers::request(std::uint32_t peer) const noexcept {
  const TcpDraw drawn = draw(peer);
  const Mkt key = mkt(mkt_of(peer));
  return {.peer_isn = drawn.source_isn(Direction::rx),
          .own_isn = drawn.source_isn(Direction::tx),
          .key_id = key.recv_id,
          .rnext_key_id = key.send_id};
}

std::size_t AoPeers::build(AoSegment segment, std::uint32_t peer,
                           MutableBytes packet) const noexcept {
  const TcpDraw drawn = draw(peer);
  const Mkt key = mkt(mkt_of(peer));
  const Direction d = direction_of(segment);
  const bool tx = d == Direction::tx, covered = options_.options_covered;
  std::uint8_t options[TcpAo::option_bytes + handshake_options_bytes];
  TcpAo::write_option(options, tx ? key.send_id : key.recv_id, tx ? key.recv_id : key.send_id);
  std::uint8_t* const others = options + TcpAo::option_bytes;

  if (segment == AoSegment::syn || segment == AoSegment::syn_ack) {
    const Handshake shake = segment == AoSegment::syn ? Handshake::syn : Handshake::syn_ack;
    const std::size_t more = write_handshake_options(others, options_.ipv6, shake, covered,
                                                     !covered || shake == Handshake::syn);
    return write_tcp(handshake_fields(drawn, shake, {options, TcpAo::option_bytes + more}),
                     options_.ipv6, 0, packet);
  }

  write_timestamps(others, 2, 1);
  const auto& [source, destination] = drawn.ends(d);
  TcpFields fields{.source = source,
                   .destination = destination,
                   .sequence = drawn.source_isn(d) + 1,
                   .acknowledgement = drawn.destination_isn(d) + 1,
                   .flags = tcp_flag::ack,
                   .options = {options, TcpAo::option_bytes + (covered ? 0 : timestamps_bytes)}};
  switch (segment) {
    case AoSegment::wrong_ack:
      fields.acknowledgement += never_sent;
      break;
    case AoSegment::reset:  // RFC 9293 §3.5.2: its number is what was acknowledged
      fields.sequence += never_sent;
      fields.acknowledgement = 0;
      fields.flags = tcp_flag::rst;
      break;
    case AoSegment::fin:
      fields.flags |= tcp_flag::fin;
      break;
    case AoSegment::time_wait_ack:
      fields.acknowledgement += 1;
      break;
    default:
      break;
  }
  return write_tcp(fields, options_.ipv6, 0, packet);
}

}  // namespace tfm
