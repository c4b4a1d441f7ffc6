// SPDX-License-Identifier: MIT
// compare: two runs. For main.cpp alone: CLI11 is compiled once.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "bench/driver/arguments.hpp"
#include "bench/driver/report.hpp"

namespace tfm::bench {

class CompareCommand {
 public:
  explicit CompareCommand(CLI::App& app)
      : command_(*app.add_subcommand("compare", "Compare two runs")) {
    command_.add_option("a", a_, "Folder of the run before a change")->required();
    command_.add_option("b", b_, "Folder of the run after it")->required();
    command_
        .add_option("--gate", gate_,
                    "Exit with 1 if a time rose by more than PERCENT or a counted number at all, "
                    "with 4 if that cannot be judged")
        ->type_name("PERCENT");
    command_
        .add_option("--baseline", baseline_,
                    "Take ratios to this strategy instead of the runs' baseline")
        ->type_name("NAME");
    command_.add_flag("--only-common", only_common_,
                      "Compare what both have; what B lacks does not fail the gate");
    command_.add_flag("--across-kinds", across_kinds_,
                      "Judge times although the kinds of machine differ");
    auto* json = command_.add_flag("--json", json_, "Print JSON");
    command_.add_flag("--markdown", markdown_, "Print Markdown for a pull request")->excludes(json);
  }
  bool asked() const { return command_.parsed(); }
  int execute() const {
    std::vector<std::string> arguments = {"compare", a_, b_};
    if (command_.count("--gate") > 0) {
      check_percent_argument("--gate", gate_);
      arguments.insert(arguments.end(), {"--gate", gate_});
    }
    // As one argument, since a name may begin with a dash.
    if (command_.count("--baseline") > 0) arguments.push_back("--baseline=" + baseline_);
    if (only_common_) arguments.emplace_back("--only-common");
    if (across_kinds_) arguments.emplace_back("--across-kinds");
    if (json_) arguments.emplace_back("--json");
    if (markdown_) arguments.emplace_back("--markdown");
    return exec_plots(arguments);
  }

 private:
  CLI::App& command_;
  std::string a_, b_, gate_, baseline_;
  bool only_common_ = false, across_kinds_ = false, json_ = false, markdown_ = false;
};

}  // namespace tfm::bench
