// SPDX-License-Identifier: MIT
#include "bench/driver/report.hpp"

#include "bench/driver/python.hpp"

namespace tfm::bench {
namespace {

constexpr PythonPackage plots = {.folder = "plots",
                                 .program = "__main__.py",
                                 .variable = "TFMBENCH_PLOTS",
                                 .module = "plots",
                                 .cannot = "draw a report"};

}  // namespace

int exec_plots(const std::vector<std::string>& arguments) { return exec_python(plots, arguments); }

int run_plots(const std::vector<std::string>& arguments) { return run_python(plots, arguments); }

}  // namespace tfm::bench
