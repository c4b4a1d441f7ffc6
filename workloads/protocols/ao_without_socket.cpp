// SPDX-License-Identifier: MIT
#include "workloads/protocols/ao_without_socket.hpp"

namespace tfm {
namespace {

struct Isns {
  std::uint32_t source, destination;
};

bool is_ipv6(const Skb& skb) noexcept { return skb.data[0] >> 4 == 6; }

const std::uint8_t* addresses_of(const Skb& skb) noexcept {
  return skb.data + (is_ipv6(skb) ? ipv6_addresses_at : ipv4_addresses_at);
}

/// As the segment's own headers say.
KdfContext context_of(const Skb& skb, const TcpSegment& segment, Isns isns) noexcept {
  const bool ipv6 = is_ipv6(skb);
  KdfContext context{.ipv6 = ipv6,
                     .source = {},
                     .destination = {},
                     .source_isn = isns.source,
                     .destination_isn = isns.destination};
  const std::uint8_t* const source = addresses_of(skb);
  std::copy_n(source, address_bytes(ipv6), context.source.address.begin());
  std::copy_n(source + address_bytes(ipv6), address_bytes(ipv6),
              context.destination.address.begin());
  context.source.port = segment.source_port();
  context.destination.port = segment.destination_port();
  return context;
}

AoWithoutSocket planned(const Mkts::Node* mkt, TcpAo::Found found, const Skb& skb, Isns isns,
                        std::size_t key_bytes) noexcept {
  AoWithoutSocket plan;
  if (mkt == nullptr) return plan;
  plan.mkt = mkt;
  plan.input = {context_of(skb, found.segment, isns), key_bytes};
  plan.connection.sne_base[static_cast<unsigned>(skb.direction)] = {0, isns.source};
  plan.found = found;
  return plan;
}

}  // namespace

AoWithoutSocket received(const TcpAo& protocol, const Mkts& mkts, std::size_t key_bytes,
                         const Skb& skb, const AoRequestSock* request) noexcept {
  const TcpAo::Found found = protocol.find(skb);
  if (!found) return {};
  const Mkts::Node* const mkt = mkts.find(addresses_of(skb), {}, found.key_id());
  constexpr std::uint8_t handshake = tcp_flag::syn | tcp_flag::ack;
  if ((found.segment.flags() & handshake) == tcp_flag::syn)
    return planned(mkt, found, skb, {found.segment.sequence(), 0}, key_bytes);
  if (request == nullptr) return {};
  return planned(mkt, found, skb, {request->peer_isn, request->own_isn}, key_bytes);
}

AoWithoutSocket sent(const TcpAo& protocol, const Mkts& mkts, std::size_t key_bytes, const Skb& skb,
                     const AoRequestSock& request) noexcept {
  const TcpAo::Found found = protocol.find(skb);
  if (!found || found.key_id() != request.rnext_key_id) return {};
  const std::uint8_t* const peer = addresses_of(skb) + address_bytes(is_ipv6(skb));
  return planned(mkts.find(peer, request.rnext_key_id, {}), found, skb,
                 {request.own_isn, request.peer_isn}, key_bytes);
}

AoRequestSock request_of(const AoWithoutSocket& syn, std::uint32_t own_isn) noexcept {
  return {.peer_isn = syn.found.segment.sequence(),
          .own_isn = own_isn,
          .key_id = syn.found.key_id(),
          .rnext_key_id = syn.found.rnext_key_id()};
}

std::array<KdfInput, 2> child(const AoWithoutSocket& ack, const Skb& skb, std::size_t key_bytes,
                              const AoRequestSock& request) noexcept {
  const KdfContext rx = context_of(skb, ack.found.segment, {request.peer_isn, request.own_isn});
  const KdfContext tx{.ipv6 = rx.ipv6,
                      .source = rx.destination,
                      .destination = rx.source,
                      .source_isn = rx.destination_isn,
                      .destination_isn = rx.source_isn};
  return {KdfInput(tx, key_bytes), KdfInput(rx, key_bytes)};
}

}  // namespace tfm
