// SPDX-License-Identifier: MIT
// TCP-AO segments of connections that have no established socket (docs/without_a_socket.md): which
// MKT a segment has, and from what its traffic key is derived. A listener has no key but its MKTs'.
//
//   received()   a SYN; with a request socket, what the peer sends next
//   sent()       a SYN-ACK, an ACK or a reset for a request socket
//   child()      the two keys of the connection that opens
//
// None of them computes anything: the caller derives the key, then calls TcpAo::digest() with it.
#pragma once

#include "workloads/protocols/kdf.hpp"
#include "workloads/protocols/mkts.hpp"
#include "workloads/protocols/tcp_ao.hpp"

namespace tfm {

/// What a listener keeps of a SYN that it has accepted, as a struct tcp_request_sock does.
struct AoRequestSock {
  std::uint32_t peer_isn = 0, own_isn = 0;
  std::uint8_t key_id = 0;        ///< the SYN's (ao_rcv_next): what the peer sends
  std::uint8_t rnext_key_id = 0;  ///< the SYN's (ao_keyid): what the peer wants to be sent
};

/// A segment, and what its key is derived from. False: refused, or not to be sent.
struct AoWithoutSocket {
  const Mkts::Node* mkt = nullptr;  ///< whose master key derives the traffic key
  KdfInput input;
  TcpAo::Connection connection;  ///< for TcpAo::digest(): the SNE
  TcpAo::Found found;

  explicit operator bool() const noexcept { return mkt != nullptr; }
};

/// `key_bytes` are a traffic key's. `request` is the peer's request socket, or nullptr if there is
/// none. Refused are: what TcpAo::find() refuses; a KeyID that no MKT has for this peer; without a
/// request socket, all but a SYN, since its ISNs are not known.
AoWithoutSocket received(const TcpAo& protocol, const Mkts& mkts, std::size_t key_bytes,
                         const Skb& skb, const AoRequestSock* request) noexcept;

/// A segment that is built but not signed. It is not sent if no MKT has its KeyID for this peer.
AoWithoutSocket sent(const TcpAo& protocol, const Mkts& mkts, std::size_t key_bytes, const Skb& skb,
                     const AoRequestSock& request) noexcept;

/// What the request socket of an authentic SYN keeps. `own_isn` is drawn by the listener.
AoRequestSock request_of(const AoWithoutSocket& syn, std::uint32_t own_isn) noexcept;

/// From what the traffic keys of a child are derived, by direction, once its ACK is authentic.
std::array<KdfInput, 2> child(const AoWithoutSocket& ack, const Skb& skb, std::size_t key_bytes,
                              const AoRequestSock& request) noexcept;

}  // namespace tfm
