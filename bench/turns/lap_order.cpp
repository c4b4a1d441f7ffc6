// SPDX-License-Identifier: MIT
#include "bench/turns/lap_order.hpp"

#include <algorithm>
#include <numeric>

namespace tfm::bench {

LapOrder::LapOrder(std::size_t cells, std::uint64_t seed) : order_(cells), rng_(seed) {
  std::iota(order_.begin(), order_.end(), std::size_t{0});
}

const std::vector<std::size_t>& LapOrder::next() {
  reverse_ = !reverse_;
  if (reverse_) {
    std::reverse(order_.begin(), order_.end());
  } else {
    for (std::size_t i = order_.size(); i > 1; --i) {
      std::swap(order_[i - 1], order_[rng_.below(static_cast<std::uint32_t>(i))]);
    }
  }
  return order_;
}

}  // namespace tfm::bench
