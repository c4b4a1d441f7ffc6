// SPDX-License-Identifier: MIT
// Sends and receives packets of any protocol, without a strategy.
#pragma once

#include <array>
#include <optional>

#include "tests/workloads/protocols/support.hpp"

namespace tfm::test {

/// One end of a connection, with the keys of both directions.
template <Protocol P>
class End {
 public:
  End(const P& protocol, const Algorithm& algorithm, const typename P::Connection& connection,
      const TrafficKeys& keys)
      : protocol_(protocol),
        connection_(connection),
        requests_{request(algorithm, keys, Direction::tx), request(algorithm, keys, Direction::rx)},
        scratch_(protocol.scratch_bytes()) {}

  const typename P::Connection& connection() const noexcept { return connection_; }

  Packet built(Direction direction, std::uint32_t sequence, std::size_t payload) const {
    Packet packet(protocol_.packet_bytes(payload));
    const std::size_t bytes = protocol_.build(connection_, direction, sequence, payload, packet);
    EXPECT_GT(bytes, payload);
    EXPECT_LE(bytes, packet.size());
    packet.resize(bytes);
    return packet;
  }

  /// The packet as sent, or empty if it is refused.
  Packet sent(Packet packet, Direction direction) const {
    const Skb skb = skb_of(packet, direction);
    const auto found = protocol_.find(connection_, skb);
    if (!found) return {};
    Computed computed = fresh();
    EXPECT_EQ(
        protocol_.output(request(direction), scratch_.data(), connection_, skb, found, computed),
        Errno::ok);
    const MutableBytes out = protocol_.output_done(connection_, skb, found, computed);
    return {out.begin(), out.end()};
  }

  /// The output for a received packet (empty if the packet is left in place), or no value if it is
  /// refused. The packet itself must not change.
  std::optional<Packet> received(Packet packet, Direction direction,
                                 typename P::State& state) const {
    const Packet before = packet;
    const Skb skb = skb_of(packet, direction);
    const auto found = protocol_.find(connection_, skb);
    if (!found || !protocol_.replay_check(state, found)) return std::nullopt;
    Computed computed = fresh();
    const Errno e =
        protocol_.input(request(direction), scratch_.data(), connection_, skb, found, computed);
    EXPECT_EQ(packet, before);
    if (e != Errno::ok) {
      EXPECT_EQ(e, Errno::ebadmsg);
      return std::nullopt;
    }
    if (!protocol_.input_done(connection_, skb, found, computed)) return std::nullopt;
    protocol_.replay_advance(state, found);
    const MutableBytes out = computed.output.first(computed.output_bytes);
    return Packet(out.begin(), out.end());
  }
  /// For a receiver that remembers nothing.
  std::optional<Packet> received(const Packet& packet, Direction direction) const {
    typename P::State state{};
    return received(packet, direction, state);
  }

 private:
  static KeyedRequest request(const Algorithm& algorithm, const TrafficKeys& keys, Direction d) {
    return KeyedRequest::create(algorithm, key_of(keys, d)).value();
  }
  Request& request(Direction d) const { return *requests_[static_cast<std::size_t>(d)]; }

  Computed fresh() const {
    Computed computed{};
    computed.output = output_;
    return computed;
  }

  const P& protocol_;
  typename P::Connection connection_;
  std::array<KeyedRequest, 2> requests_;  ///< by direction
  mutable Packet scratch_;
  OutputBuffer output_;
};

template <Protocol P>
End<P> end_of(const P& protocol, const Algorithm& algorithm, std::uint32_t index) {
  const auto connection = protocol.connection(index);
  return {protocol, algorithm, connection, protocol.keys(connection).value()};
}

}  // namespace tfm::test
