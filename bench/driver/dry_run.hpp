// SPDX-License-Identifier: MIT
// `run --dry-run`: what would run, what is left out and why.
#pragma once

#include "bench/driver/plan.hpp"

namespace tfm::bench {

/// To stdout.
void print_dry_run(const Matrix& matrix, const Plan& plan, const std::vector<Job>& jobs);

}  // namespace tfm::bench
