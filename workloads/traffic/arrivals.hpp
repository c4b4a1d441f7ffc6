// SPDX-License-Identifier: MIT
// When packets are meant to arrive in open loop.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "runtime/rng.hpp"

namespace tfm {

/// Arrival times of a Poisson process with one arrival per unit of time, ascending. Multiply them
/// by the mean gap of the offered rate.
inline std::vector<double> poisson_arrivals(std::size_t count, Rng& rng) {
  std::vector<double> times(count);
  double now = 0;
  for (double& time : times) time = now += -std::log1p(-rng.uniform());
  return times;
}

}  // namespace tfm
