// SPDX-License-Identifier: MIT
// `run --dry-run`: what would run, and what is left out, with the reason.
#pragma once

#include "bench/driver/plan.hpp"

namespace tfm::bench {

/// Prints to stdout.
void print_dry_run(const Matrix& matrix, const Plan& plan, const std::vector<Job>& jobs);

}  // namespace tfm::bench
