// SPDX-License-Identifier: MIT
// The way to plots/: statistics, figures and tables are Python's.
#pragma once

#include <string>
#include <vector>

namespace tfm::bench {

/// Becomes `/usr/bin/python3 -m plots ARGUMENTS…`; returns an exit code only where it cannot, after
/// saying why. The package is the folder TFMBENCH_PLOTS, or the source's plots/.
int exec_plots(const std::vector<std::string>& arguments);

}  // namespace tfm::bench
