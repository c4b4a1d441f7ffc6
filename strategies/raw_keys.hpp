// SPDX-License-Identifier: MIT
// The raw traffic keys of a socket, for the strategies that set the key for every packet. The bytes
// are on the socket's account.
#pragma once

#include <algorithm>

#include "runtime/bytes.hpp"
#include "strategies/strategy.hpp"

namespace tfm {

/// A handle on one block that holds both keys, or the one that serves both directions. Empty if the
/// algorithm is keyless.
class RawKeys {
 public:
  /// Errors: enomem.
  static Result<RawKeys> copy(Keys keys, Gfp gfp) noexcept {
    RawKeys raw;
    const std::size_t rx_at = keys.one_key ? 0 : keys.tx.size();
    const std::size_t bytes = rx_at + keys.rx.size();
    if (bytes == 0) return raw;
    raw.block_ = static_cast<std::uint8_t*>(gfp_alloc(bytes, gfp, Owner::socket));
    if (raw.block_ == nullptr) return error(Errno::enomem);
    raw.tx_bytes_ = static_cast<std::uint16_t>(keys.tx.size());
    raw.rx_bytes_ = static_cast<std::uint16_t>(keys.rx.size());
    raw.rx_at_ = static_cast<std::uint16_t>(rx_at);
    std::ranges::copy(keys.tx, raw.block_);
    std::ranges::copy(keys.rx, raw.block_ + rx_at);
    return raw;
  }

  /// The keys of a socket that a listener accepts in softirq. Errors: enomem.
  Result<RawKeys> accept(Keys keys) const noexcept { return copy(keys, Gfp::atomic); }

  /// Replaces the bytes in place. Errors: ekeyrejected: a length differs; that direction then has
  /// no key.
  Errno rekey(Keys keys) noexcept {
    const Errno tx = assign(Direction::tx, keys.tx);
    const Errno rx = assign(Direction::rx, keys.rx);
    return failed(tx) ? tx : rx;
  }

  /// Errors: enokey: the last rekey() left no key.
  Errno get(Direction d, Bytes& key) const noexcept {
    if (rejected_[static_cast<unsigned>(d)]) [[unlikely]]
      return Errno::enokey;
    key = of(d);
    return Errno::ok;
  }

  void free() noexcept {
    gfp_free_sensitive(block_, block_bytes());
    *this = {};
  }

  /// Adds the block of the keys, if there is one.
  void add_blocks(std::vector<Bytes>& blocks) const {
    if (block_ != nullptr) blocks.push_back({block_, block_bytes()});
  }

 private:
  MutableBytes of(Direction d) const noexcept {
    return d == Direction::tx ? MutableBytes{block_, tx_bytes_}
                              : MutableBytes{block_ + rx_at_, rx_bytes_};
  }

  std::size_t block_bytes() const noexcept { return std::size_t{rx_at_} + rx_bytes_; }

  Errno assign(Direction d, Bytes key) noexcept {
    const MutableBytes old = of(d);
    bool& rejected = rejected_[static_cast<unsigned>(d)];
    rejected = key.size() != old.size();
    if (!rejected) {
      std::ranges::copy(key, old.begin());
      return Errno::ok;
    }
    if (!old.empty()) memzero_explicit(old.data(), old.size());
    return Errno::ekeyrejected;
  }

  std::uint8_t* block_ = nullptr;
  std::uint16_t tx_bytes_ = 0;
  std::uint16_t rx_bytes_ = 0;
  std::uint16_t rx_at_ = 0;            // in the block; 0: one key serves both directions
  bool rejected_[2] = {false, false};  // by direction
};

}  // namespace tfm
