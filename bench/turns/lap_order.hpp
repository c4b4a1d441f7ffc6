// SPDX-License-Identifier: MIT
// The order of turns in a lap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/rng.hpp"

namespace tfm::bench {

/// next() gives the order of a lap: a random permutation, then its reverse, and so on. So each pair
/// of cells is measured in both orders equally often.
class LapOrder {
 public:
  LapOrder(std::size_t cells, std::uint64_t seed);
  const std::vector<std::size_t>& next();

 private:
  std::vector<std::size_t> order_;
  Rng rng_;
  bool reverse_ = true;
};

}  // namespace tfm::bench
