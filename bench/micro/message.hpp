// SPDX-License-Identifier: MIT
// What one packet hashes: TCP-AO's four updates (RFC 5925 §5.1: SNE, pseudo-header, TCP header,
// data), and the right MAC.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "runtime/transform.hpp"

namespace tfm::micro {

/// TCP-AO's MAC length (RFC 5926 §3.2): the leftmost bits of any longer digest.
inline constexpr std::size_t mac_bytes = 12;
using Mac = std::array<std::uint8_t, mac_bytes>;
/// If operations end later: packets begun before the first ends, as in DPDK's rx and crypto bursts.
/// Times are per packet.
inline constexpr unsigned burst = 32;

class Message {
 public:
  /// `bytes` of data after the headers. Key, data and MAC are the same for every provider of an
  /// algorithm.
  Message(const Algorithm& algorithm, std::size_t bytes);

  Message(Message&&) = default;  // no copies: their updates would point into the original

  Bytes key() const noexcept { return key_; }
  std::size_t data_bytes() const noexcept { return updates_[3].size(); }
  /// The whole message in one piece.
  Bytes text() const noexcept { return text_; }
  const std::array<Bytes, 4>& updates() const noexcept { return updates_; }
  bool is_right(const Mac& mac) const noexcept {
    return std::memcmp(mac.data(), expected_.data(), mac_bytes) == 0;
  }

 private:
  std::vector<std::uint8_t> key_, text_;
  std::array<Bytes, 4> updates_;
  Mac expected_;
};

/// The MAC of `message` with the key that `request` carries.
inline Errno hash(Request& request, const Message& message, Mac& mac) noexcept {
  if (const Errno e = hash_init(request); failed(e)) return e;
  for (const Bytes data : message.updates()) {
    if (const Errno e = hash_update(request, data); failed(e)) return e;
  }
  return hash_final(request, mac);
}

}  // namespace tfm::micro
