// SPDX-License-Identifier: MIT
// Calls plots/, the Python package that makes statistics, figures and tables.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/driver/python.hpp"

namespace tfm::bench {

/// Replaces this process by plots with these arguments. If that fails, it prints why and returns an
/// exit code. The package is the folder TFMBENCH_PLOTS, or plots/ in the source.
int exec_plots(const std::vector<std::string>& arguments);

/// The same in a process of its own. Returns its exit code.
int run_plots(const std::vector<std::string>& arguments);

/// The same, for an answer that is printed (python_answer()).
PythonAnswer plots_answer(const std::vector<std::string>& arguments,
                          const std::function<bool()>& give_up);

}  // namespace tfm::bench
