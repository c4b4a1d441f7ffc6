// SPDX-License-Identifier: MIT
// About how much memory a round wants, before it starts: so that a run is refused, instead of being
// killed for its memory after hours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/driver/plan.hpp"

namespace tfm::bench {

/// The bytes that a round's process has resident at its most. docs/matrices.md says how far it lay
/// from what measured rounds had: mostly within a sixth. Zones are counted whole, so they are upper
/// bounds.
std::uint64_t memory_wanted(const PlannedBlock& planned, Pass pass, const Matrix& matrix);

/// "9.1 GiB", "38 MiB".
std::string memory_text(std::uint64_t bytes);

/// The line that refuses blocks of `jobs` because they want more than `available` bytes; nothing if
/// none does.
std::optional<std::string> too_large(const Plan& plan, const std::vector<Job>& jobs,
                                     const Matrix& matrix, std::uint64_t available);

}  // namespace tfm::bench
