// SPDX-License-Identifier: MIT
// What sockets ask their strategy for: an algorithm, by the axis `algorithms`, and bytes of
// scratch, by the axis `scratch`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "bench/block.hpp"
#include "runtime/algorithm.hpp"

namespace tfm::bench {

/// What one socket asks for.
struct Kind {
  const Algorithm* algorithm;
  std::size_t scratch_bytes;
};

/// A block's kinds; socket i is of kind i mod size(). Aliases are the algorithm under names of
/// their own ("hmac(sha1)#2"), so that a strategy takes each for another; they live as long as
/// this.
class Kinds {
 public:
  /// `own_scratch_bytes` is the protocol's need. Throws std::runtime_error with one line if there
  /// are no algorithms, a scratch is smaller than the need, both axes vary, or a kind would have no
  /// socket.
  Kinds(const Block& block, const Algorithm& algorithm, std::size_t own_scratch_bytes);
  Kinds(const Kinds&) = delete;
  Kinds& operator=(const Kinds&) = delete;

  std::size_t size() const noexcept { return kinds_.size(); }
  const Kind& of(std::uint32_t socket) const noexcept { return kinds_[socket % kinds_.size()]; }

 private:
  std::deque<std::string> names_;
  std::deque<Algorithm> aliases_;
  std::vector<Kind> kinds_;
};

}  // namespace tfm::bench
