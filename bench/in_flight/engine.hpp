// SPDX-License-Identifier: MIT
// An offload engine in virtual time. Operations go in and come out after a delay, out of order.
#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include "runtime/rng.hpp"

namespace tfm::bench {

/// Holds any number of operations at once, each known by its slot. It takes no CPU time.
class Engine {
 public:
  struct Leaving {
    double at_ns;
    std::uint32_t slot;
  };

  /// Delays are uniform between 0.5 and 1.5 times `mean_ns`.
  Engine(std::uint32_t mean_ns, std::uint64_t seed) noexcept : mean_ns_(mean_ns), rng_(seed) {}

  void submit(double now_ns, std::uint32_t slot) {
    leaving_.push({now_ns + mean_ns_ * (0.5 + rng_.uniform()), slot});
  }

  std::size_t holds() const noexcept { return leaving_.size(); }
  bool empty() const noexcept { return leaving_.empty(); }
  /// The operation that leaves first. The engine must not be empty.
  const Leaving& next() const noexcept { return leaving_.top(); }
  void take() { leaving_.pop(); }

 private:
  struct Later {
    bool operator()(const Leaving& a, const Leaving& b) const noexcept {
      return a.at_ns != b.at_ns ? a.at_ns > b.at_ns : a.slot > b.slot;
    }
  };
  double mean_ns_;
  Rng rng_;
  std::priority_queue<Leaving, std::vector<Leaving>, Later> leaving_;
};

}  // namespace tfm::bench
