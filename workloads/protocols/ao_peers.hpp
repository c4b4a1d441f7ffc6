// SPDX-License-Identifier: MIT
// The peers of a TCP-AO listener: their addresses and ISNs, the listener's MKTs, and the segments
// that pass before a connection is there and after it is gone. All of it follows from the seed and
// the peer's number.
//
// A peer's address is drawn as for other TCP workloads, one after the other. An MKT is for a prefix
// of as many peers as it takes for the MKTs to cover all of them; with more MKTs than that, the
// last ones have no peer, and are only walked past.
#pragma once

#include "workloads/protocols/ao_without_socket.hpp"
#include "workloads/protocols/tcp_draw.hpp"

namespace tfm {

enum class AoSegment : std::uint8_t {
  syn,            ///< received
  syn_ack,        ///< sent
  ack,            ///< received: it opens the connection
  wrong_ack,      ///< received: it acknowledges what was never sent
  reset,          ///< sent: the answer to wrong_ack
  fin,            ///< received once more, in TIME_WAIT
  time_wait_ack,  ///< sent: the answer to fin
};

constexpr Direction direction_of(AoSegment segment) noexcept {
  const bool sent = segment == AoSegment::syn_ack || segment == AoSegment::reset ||
                    segment == AoSegment::time_wait_ack;
  return sent ? Direction::tx : Direction::rx;
}

class AoPeers {
 public:
  /// `mkts` and `peers` are at least 1, and peers at most 2^24 - 1. `options.shared_key` is the
  /// master key of every MKT if it is not empty.
  AoPeers(const ProtocolOptions& options, std::uint32_t mkts, std::uint32_t peers) noexcept;

  std::uint32_t mkts() const noexcept { return mkts_; }
  Mkt mkt(std::uint32_t number) const noexcept;
  std::string master_key(std::uint32_t number) const;
  std::uint32_t mkt_of(std::uint32_t peer) const noexcept { return (peer + 1) >> shift_; }

  /// The peer opens the connection.
  TcpDraw draw(std::uint32_t peer) const noexcept;
  /// The request socket of the peer's SYN.
  AoRequestSock request(std::uint32_t peer) const noexcept;

  /// The longest segment.
  static constexpr std::size_t most_bytes = 128;
  /// A segment with a MAC of zeros. Returns its length, or 0 if `packet` is too small.
  std::size_t build(AoSegment segment, std::uint32_t peer, MutableBytes packet) const noexcept;

 private:
  ProtocolOptions options_;
  std::string shared_key_;
  std::uint32_t mkts_;
  unsigned shift_;  ///< bits of a peer's number that do not decide its MKT
};

}  // namespace tfm
