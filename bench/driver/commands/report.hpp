// SPDX-License-Identifier: MIT
// report: a run's page, review, summary and figures; the claims over several runs. For main.cpp
// alone: CLI11 is compiled once.
#pragma once

#include <fmt/core.h>

#include <CLI/App.hpp>
#include <string>
#include <utility>
#include <vector>

#include "bench/driver/arguments.hpp"
#include "bench/driver/report.hpp"

namespace tfm::bench {

class ReportCommand {
 public:
  explicit ReportCommand(CLI::App& app)
      : command_(
            *app.add_subcommand("report", "Write a run's report: page, review, summary, figures")) {
    command_
        .add_option("dir", dirs_,
                    "Folder of a run; of several: their claims are judged together, into --out")
        ->required();
    command_
        .add_option("--out", out_,
                    "Folder of the report (default: report/ in the run's folder); nothing is "
                    "written outside it")
        ->type_name("DIR");
    command_
        .add_option("--kernel", kernel_,
                    "Folder of `tfmbench kernel`: sets the real kernel beside the run")
        ->type_name("DIR");
    command_.add_flag("--text", text_, "Print the table as well");
  }
  bool asked() const { return command_.parsed(); }
  int execute() const {
    std::vector<std::string> arguments = {"report"};
    arguments.insert(arguments.end(), dirs_.begin(), dirs_.end());
    for (const auto& [option, folder] :
         {std::pair{"--out", &out_}, std::pair{"--kernel", &kernel_}}) {
      if (command_.count(option) == 0) continue;
      if (folder->empty()) throw BadArgument{fmt::format("{} must name a folder", option)};
      arguments.insert(arguments.end(), {option, *folder});
    }
    if (text_) arguments.emplace_back("--text");
    return exec_plots(arguments);
  }

 private:
  CLI::App& command_;
  std::vector<std::string> dirs_;
  std::string out_, kernel_;
  bool text_ = false;
};

}  // namespace tfm::bench
