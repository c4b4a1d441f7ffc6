// SPDX-License-Identifier: MIT
// What one packet hashes: TCP-AO's four updates (RFC 5925 §5.1: SNE, pseudo-header, TCP header,
// data), and the MAC that must come out of them.
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
/// Packets begun before the first is ended, where operations end later (DPDK's rx and crypto
/// bursts); times are of one.
inline constexpr unsigned burst = 32;

class Message {
 public:
  /// `bytes` of data behind the headers. The key, the data and the MAC are the same for every
  /// provider of an algorithm.
  Message(const Algorithm& algorithm, std::size_t bytes);

  Message(Message&&) = default;  // a copy's updates would be the original's

  Bytes key() const noexcept { return key_; }
  std::size_t data_bytes() const noexcept { return updates_[3].size(); }
  /// All of it, in one piece.
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
