// SPDX-License-Identifier: MIT
// What sockets ask their strategy for: an algorithm (axis `algorithms`) and bytes of scratch (axis
// `scratch`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "bench/block.hpp"
#include "runtime/algorithm.hpp"
#include "strategies/strategy.hpp"

namespace tfm::bench {

/// What one socket asks for.
struct Kind {
  const Algorithm* algorithm;
  const Algorithm* library;  ///< its library_form(), for strategies that are a library's users
  std::size_t scratch_bytes;

  /// The algorithm that strategy S is given.
  template <class S>
  const Algorithm& of() const noexcept {
    return is_library<S>() ? *library : *algorithm;
  }
};

/// The kinds of a block. Socket i is of kind i mod size(). An alias is the same algorithm under
/// another name ("hmac(sha1)#2"), so that a strategy treats it as another algorithm. Aliases live
/// as long as this object.
class Kinds {
 public:
  /// `own_scratch_bytes` is what the protocol needs. Throws std::runtime_error with one line if
  /// there are no algorithms, a scratch is smaller than that, both axes vary, or a kind would have
  /// no socket.
  Kinds(const Block& block, const Algorithm& algorithm, std::size_t own_scratch_bytes);
  Kinds(const Kinds&) = delete;
  Kinds& operator=(const Kinds&) = delete;

  std::size_t size() const noexcept { return kinds_.size(); }
  const Kind& of(std::uint32_t socket) const noexcept { return kinds_[socket % kinds_.size()]; }

 private:
  const Algorithm& alias(const Algorithm& algorithm, std::uint32_t number);

  std::deque<std::string> names_;
  std::deque<Algorithm> aliases_;
  std::vector<Kind> kinds_;
};

}  // namespace tfm::bench
