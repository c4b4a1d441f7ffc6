// SPDX-License-Identifier: MIT
// Runs a run with a precision: rounds up to a look, then plots/ says which blocks go on, and so on
// until none does. The verdict and what is open are decided there and nowhere else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/driver/run_rounds.hpp"

namespace tfm::bench {

/// Why the run cannot have the precision that its matrix asks for, in one line; nothing: it can, or
/// asks for none.
std::optional<std::string> no_looks(const RunIdentity& run, const std::optional<Shard>& shard);

/// Runs the `jobs` of the run, as far as its looks ask for them. Returns an exit code, as
/// run_rounds() does.
int run_looks(Invocation& all, const std::vector<Job>& jobs);

}  // namespace tfm::bench
