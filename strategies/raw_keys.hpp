// SPDX-License-Identifier: MIT
// The raw traffic keys of a socket, for the strategies that set the key for every packet: whoever
// keeps them pays for them.
#pragma once

#include <cstring>

#include "strategies/strategy.hpp"

namespace tfm {

/// A handle on one block that holds both keys; empty where the algorithm is keyless.
class RawKeys {
 public:
  /// Errors: enomem.
  static Result<RawKeys> copy(Keys keys, Gfp gfp) noexcept {
    RawKeys raw;
    const std::size_t bytes = keys.tx.size() + keys.rx.size();
    if (bytes == 0) return raw;
    raw.block_ = static_cast<std::uint8_t*>(gfp_alloc(bytes, gfp, Owner::socket));
    if (raw.block_ == nullptr) return error(Errno::enomem);
    raw.tx_bytes_ = static_cast<std::uint16_t>(keys.tx.size());
    raw.rx_bytes_ = static_cast<std::uint16_t>(keys.rx.size());
    raw.fill(keys);
    return raw;
  }

  /// Replaces the bytes where they are. Errors: ekeyrejected if a length differs.
  Errno assign(Keys keys) noexcept {
    if (keys.tx.size() != tx_bytes_ || keys.rx.size() != rx_bytes_) return Errno::ekeyrejected;
    if (block_ != nullptr) fill(keys);
    return Errno::ok;
  }

  Bytes of(Direction d) const noexcept {
    return d == Direction::tx ? Bytes{block_, tx_bytes_} : Bytes{block_ + tx_bytes_, rx_bytes_};
  }

  void free() noexcept {
    gfp_free_sensitive(block_, std::size_t{tx_bytes_} + rx_bytes_);
    *this = {};
  }

 private:
  void fill(Keys keys) noexcept {
    std::memcpy(block_, keys.tx.data(), tx_bytes_);
    std::memcpy(block_ + tx_bytes_, keys.rx.data(), rx_bytes_);
  }

  std::uint8_t* block_ = nullptr;
  std::uint16_t tx_bytes_ = 0;
  std::uint16_t rx_bytes_ = 0;
};

}  // namespace tfm
