// SPDX-License-Identifier: MIT
// The cores that the simulated CPUs are pinned to.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/driver/matrix.hpp"
#include "bench/machine/topology.hpp"

namespace tfm::bench {

struct ChosenCores {
  std::vector<unsigned> cores;  ///< in the order of the CPUs
  std::vector<std::string> warnings;
};

/// Cores for `cpus` simulated CPUs. `allowed`: where this process may run, ascending. `wanted`: the
/// user's list, or empty. Two hardware threads of one core are only used if `wanted` names both.
/// Error: `wanted` names a core that is not allowed, or too few; or there are fewer cores than
/// `cpus`.
OrLine<ChosenCores> choose_cores(const std::vector<unsigned>& wanted,
                                 const std::vector<unsigned>& allowed, std::uint32_t cpus,
                                 const std::optional<Topology>& topology);

}  // namespace tfm::bench
