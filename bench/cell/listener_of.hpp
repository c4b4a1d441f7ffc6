// SPDX-License-Identifier: MIT
// A TCP-AO listener of a strategy: its MKTs, and what it does with segments that have no socket
// (docs/without_a_socket.md). Each segment is two operations: its traffic key is derived with the
// MKT's master key, then the segment is hashed with that key.
//
// Fail closed: a segment is authentic, or may be sent, only if both operations succeeded.
#pragma once

#include <vector>

#include "bench/cell/kinds.hpp"
#include "bench/cell/outcome.hpp"
#include "runtime/rcu.hpp"
#include "strategies/strategy.hpp"
#include "workloads/protocols/ao_peers.hpp"

namespace tfm::bench {

/// The caller owns all that the listener is made with. verify(), sign() and accept() are called in
/// softirq.
template <Strategy S>
class ListenerOf {
 public:
  using Socket = typename S::Socket;

  ListenerOf(S& strategy, const TcpAo& protocol, const AoPeers& peers, const Kind& kind)
      : strategy_(strategy),
        protocol_(protocol),
        peers_(peers),
        algorithm_(kind.template of<S>()),
        scratch_bytes_(kind.scratch_bytes) {}
  ~ListenerOf() { close(); }
  ListenerOf(const ListenerOf&) = delete;
  ListenerOf& operator=(const ListenerOf&) = delete;

  /// Adds the MKTs, on the slow path, or none. Errors: eopnotsupp: the strategy cannot do without a
  /// socket here; the strategy's; those of condense_master_key().
  Errno open() {
    if (!refuses_without_socket<S>(algorithm_).empty()) return Errno::eopnotsupp;
    const RcuOffline process_context;
    for (std::uint32_t i = 0; i < peers_.mkts(); ++i) {
      if (const Errno e = add(i); failed(e)) {
        close();
        return e;
      }
    }
    return Errno::ok;
  }
  void close() noexcept {
    const RcuOffline process_context;
    for (Socket& socket : sockets_) strategy_.close(socket);
    sockets_.clear();
    mkts_ = {};
  }

  /// RX. `request` is the peer's request socket, or nullptr. `segment` is set to what was found.
  Outcome verify(unsigned cpu, const Skb& skb, const AoRequestSock* request,
                 AoWithoutSocket& segment) noexcept {
    segment = received(protocol_, mkts_, algorithm_.key_bytes, skb, request);
    if (!segment) return Outcome::malformed;
    std::uint8_t mac[TcpAo::ao_mac_bytes];
    if (const Errno e = hash(cpu, segment, skb, mac); failed(e)) return dropped(e);
    return equal_constant_time(mac, segment.found.mac()) ? Outcome::passed : Outcome::refused;
  }

  /// TX: writes the MAC of a segment as built. Without success the segment stays as it is.
  Outcome sign(unsigned cpu, const Skb& skb, const AoRequestSock& request) noexcept {
    const AoWithoutSocket segment = sent(protocol_, mkts_, algorithm_.key_bytes, skb, request);
    if (!segment) return Outcome::failed;
    std::uint8_t mac[TcpAo::ao_mac_bytes];
    if (const Errno e = hash(cpu, segment, skb, mac); failed(e)) return dropped(e);
    std::memcpy(segment.found.mac().data(), mac, sizeof mac);
    return Outcome::passed;
  }

  /// Opens the connection of an ACK that verify() passed. Errors: the strategy's.
  Result<Socket> accept(unsigned cpu, const AoWithoutSocket& ack, const Skb& skb,
                        const AoRequestSock& request) noexcept {
    Socket& mkt = sockets_[ack.mkt->number];
    const auto inputs = child(ack, skb, algorithm_.key_bytes, request);
    TrafficKeys keys;
    keys.bytes = algorithm_.key_bytes;
    Errno e = derive(cpu, mkt, skb, inputs[0], {keys.tx.data(), keys.bytes});
    if (!failed(e)) e = derive(cpu, mkt, skb, inputs[1], {keys.rx.data(), keys.bytes});
    Result<Socket> made = error(e);
    if (!failed(e)) {
      made = strategy_.accept(
          mkt, {.tx = {keys.tx.data(), keys.bytes}, .rx = {keys.rx.data(), keys.bytes}});
    }
    memzero_explicit(&keys, sizeof keys);
    return made;
  }

 private:
  Errno add(std::uint32_t number) {
    const std::string text = peers_.master_key(number);
    MasterKey key;
    const Bytes bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    if (const Errno e = condense_master_key(algorithm_, bytes, key); failed(e)) return e;
    auto socket = strategy_.open(algorithm_, {.tx = key.bytes, .rx = key.bytes, .one_key = true},
                                 scratch_bytes_);
    if (!socket) return socket.error();
    sockets_.push_back(*socket);
    mkts_.add(peers_.mkt(number));
    return Errno::ok;
  }

  /// As for a packet that is sent: strategies/clone_sigpool.hpp says why. The skb's headroom is
  /// used.
  Errno derive(unsigned cpu, Socket& mkt, Skb skb, const KdfInput& input,
               MutableBytes key) noexcept {
    skb.direction = Direction::tx;
    return operate(strategy_, cpu, mkt, skb, [&](Request& request, std::uint8_t*) noexcept {
      return derive_with(request, input, key);
    });
  }

  Errno hash(unsigned cpu, const AoWithoutSocket& segment, const Skb& skb,
             MutableBytes mac) noexcept {
    Socket& mkt = sockets_[segment.mkt->number];
    std::uint8_t memory[max_digest_bytes];
    const MutableBytes key(memory, algorithm_.key_bytes);
    Errno e = derive(cpu, mkt, skb, segment.input, key);
    if (!failed(e)) {
      e = operate_without_socket(
          strategy_, cpu, mkt, key, skb, [&](Request& request, std::uint8_t* scratch) noexcept {
            return protocol_.digest(request, scratch, segment.connection, skb, segment.found, mac);
          });
    }
    memzero_explicit(key.data(), key.size());
    return e;
  }

  S& strategy_;
  const TcpAo& protocol_;
  const AoPeers& peers_;
  const Algorithm& algorithm_;
  const std::size_t scratch_bytes_;
  Mkts mkts_;
  std::vector<Socket> sockets_;  ///< by the MKT's number
};

}  // namespace tfm::bench
