// SPDX-License-Identifier: MIT
#include "bench/driver/report.hpp"

namespace tfm::bench {
namespace {

constexpr PythonPackage plots = {.folder = "plots",
                                 .program = "__main__.py",
                                 .variable = "TFMBENCH_PLOTS",
                                 .module = "plots",
                                 .cannot = "draw a report"};

constexpr PythonPackage looks = {.folder = plots.folder,
                                 .program = plots.program,
                                 .variable = plots.variable,
                                 .module = plots.module,
                                 .cannot = "look at the rounds"};

}  // namespace

int exec_plots(const std::vector<std::string>& arguments) { return exec_python(plots, arguments); }

int run_plots(const std::vector<std::string>& arguments) { return run_python(plots, arguments); }

PythonAnswer plots_answer(const std::vector<std::string>& arguments,
                          const std::function<bool()>& give_up) {
  return python_answer(looks, arguments, give_up);
}

}  // namespace tfm::bench
