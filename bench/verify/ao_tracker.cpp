// SPDX-License-Identifier: MIT
#include "bench/verify/ao_tracker.hpp"

#include <algorithm>
#include <tuple>

#include "workloads/protocols/kdf.hpp"

namespace tfm::bench {
namespace {

Endpoint endpoint(const std::uint8_t* address, bool ipv6, std::uint16_t port) noexcept {
  Endpoint end;
  std::copy_n(address, address_bytes(ipv6), end.address.begin());
  end.port = port;
  return end;
}

auto order(const Endpoint& e) noexcept { return std::tie(e.address, e.port); }

}  // namespace

bool AoTracker::Before::operator()(const Ends& a, const Ends& b) const noexcept {
  return std::tuple(order(a.first), order(a.second)) < std::tuple(order(b.first), order(b.second));
}

/// A segment with the values that the checks need.
struct AoTracker::Segment {
  Skb skb;
  bool ipv6;
  TcpSegment tcp;
  Endpoint source, destination;

  Segment(PlainPacket& packet, const TcpSegment& found)
      : skb(packet.skb()), ipv6(packet.ipv6), tcp(found) {
    const std::uint8_t* addresses = skb.data + (ipv6 ? ipv6_addresses_at : ipv4_addresses_at);
    source = endpoint(addresses, ipv6, tcp.source_port());
    destination = endpoint(addresses + address_bytes(ipv6), ipv6, tcp.destination_port());
  }
  Ends ends() const { return side() == 0 ? Ends{source, destination} : Ends{destination, source}; }
  unsigned side() const noexcept { return order(destination) < order(source) ? 1 : 0; }
  std::uint32_t acknowledged() const noexcept { return load_be32(tcp.header + 8); }
};

AoTracker::AoTracker(const Algorithm& algorithm, std::string_view master_key, bool options_covered)
    : algorithm_(algorithm),
      master_key_(master_key),
      protocols_{TcpAo(algorithm, {.ipv6 = false, .options_covered = options_covered}),
                 TcpAo(algorithm, {.ipv6 = true, .options_covered = options_covered})} {}

Result<KeyedRequest> AoTracker::key(const Segment& segment, std::uint32_t source_isn,
                                    std::uint32_t destination_isn) const {
  std::array<std::uint8_t, max_digest_bytes> traffic_key{};
  const Bytes master{reinterpret_cast<const std::uint8_t*>(master_key_.data()), master_key_.size()};
  const Errno e = derive_traffic_key(algorithm_, master,
                                     {.ipv6 = segment.ipv6,
                                      .source = segment.source,
                                      .destination = segment.destination,
                                      .source_isn = source_isn,
                                      .destination_isn = destination_isn},
                                     traffic_key);
  if (failed(e)) return error(e);
  return KeyedRequest::create(algorithm_, {traffic_key.data(), algorithm_.key_bytes});
}

Result<bool> AoTracker::matches(const Segment& segment, const KeyedRequest& key,
                                SneBase base) const {
  const TcpAo& protocol = protocols_[segment.ipv6 ? 1 : 0];
  TcpAo::Connection connection;
  connection.sne_base[static_cast<unsigned>(Direction::tx)] = base;
  // There is one master key. It is used for every KeyID.
  const std::uint16_t option = find_auth_option(segment.tcp, tcp_option_ao, TcpAo::option_bytes);
  if (option == 0) return false;
  connection.key_id[static_cast<unsigned>(Direction::tx)] = segment.tcp.header[option + 2];

  const TcpAo::Found found = protocol.find(connection, segment.skb);
  const MutableBytes carried = found.mac();
  if (carried.empty()) return false;
  std::uint8_t scratch[max_tcp_header_bytes];
  std::uint8_t mac[max_digest_bytes];
  const Errno e = protocol.digest(*key, scratch, connection, segment.skb, found, mac);
  if (failed(e)) return error(e);
  return equal_constant_time({mac, carried.size()}, carried);
}

Result<AoTracker::Verdict> AoTracker::check(PlainPacket& packet) {
  const TcpSegment found = find_tcp(packet.skb(), packet.ipv6);
  if (!found) return error(Errno::einval);
  const Segment segment(packet, found);
  const std::uint8_t opening = segment.tcp.flags() & (tcp_flag::syn | tcp_flag::ack);
  if (opening == tcp_flag::syn) return check_syn(segment);
  if (opening == (tcp_flag::syn | tcp_flag::ack)) return check_syn_ack(segment);
  return check_other(segment);
}

/// A SYN starts a new connection. It does not if it is a retransmission, or if it is invalid and
/// would replace a complete connection.
Result<AoTracker::Verdict> AoTracker::check_syn(const Segment& segment) {
  const std::uint32_t isn = segment.tcp.sequence();
  const auto syn_key = key(segment, isn, 0);
  if (!syn_key) return error(syn_key.error());
  const auto valid = matches(segment, *syn_key, {0, isn});
  if (!valid) return error(valid.error());

  Session& session = sessions_[segment.ends()];
  const bool repeated = session.sides[segment.side()].isn == isn;
  if (!repeated && (*valid || !session.complete())) {
    session = Session{};
    session.sides[segment.side()].isn = isn;
    session.sides[segment.side()].sne_base = {0, isn};
  }
  return *valid ? Verdict::valid : Verdict::invalid;
}

/// A SYN-ACK contains both ISNs: its own, and the one that it acknowledges. If the SYN was
/// captured, its ISN is tried first (a SYN with data makes the acknowledged number differ).
Result<AoTracker::Verdict> AoTracker::check_syn_ack(const Segment& segment) {
  Session& session = sessions_[segment.ends()];
  const std::uint32_t isn = segment.tcp.sequence();
  const std::uint32_t acknowledged = segment.acknowledged() - 1;
  const auto& seen = session.sides[1 - segment.side()].isn;
  for (std::uint32_t other : {seen.value_or(acknowledged), acknowledged}) {
    auto own_key = key(segment, isn, other);
    if (!own_key) return error(own_key.error());
    const auto valid = matches(segment, *own_key, {0, isn});
    if (!valid) return error(valid.error());
    if (!*valid) continue;
    if (session.sides[segment.side()].isn != isn || seen != other) {
      session = Session{};
      session.sides[1 - segment.side()].isn = other;
      session.sides[1 - segment.side()].sne_base = {0, other};
      session.sides[segment.side()].isn = isn;
      session.sides[segment.side()].sne_base = {0, isn};
    }
    return Verdict::valid;
  }
  return Verdict::invalid;
}

Result<AoTracker::Verdict> AoTracker::check_other(const Segment& segment) {
  const auto found = sessions_.find(segment.ends());
  if (found == sessions_.end() || !found->second.complete()) return Verdict::unknown;
  Side& sender = found->second.sides[segment.side()];
  if (!sender.key) {
    auto made = key(segment, *sender.isn, *found->second.sides[1 - segment.side()].isn);
    if (!made) return error(made.error());
    sender.key = std::move(*made);
  }
  const auto valid = matches(segment, *sender.key, sender.sne_base);
  if (!valid) return error(valid.error());
  if (!*valid) return Verdict::invalid;
  const std::uint32_t sequence = segment.tcp.sequence();
  const bool newer = static_cast<std::int32_t>(sequence - sender.sne_base.sequence) > 0;
  if (newer) sender.sne_base = {sne_of(sender.sne_base, sequence), sequence};
  return Verdict::valid;
}

}  // namespace tfm::bench
