// SPDX-License-Identifier: MIT
// count: instructions a packet, by phase. For main.cpp alone: CLI11 is compiled once.
#pragma once

#include <CLI/App.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "bench/driver/arguments.hpp"
#include "bench/driver/catalog.hpp"
#include "bench/driver/count.hpp"
#include "bench/words.hpp"

namespace tfm::bench {

class CountCommand {
 public:
  explicit CountCommand(CLI::App& app)
      : command_(*app.add_subcommand(
            "count", "Count a packet's instructions by phase, as `kernel counted` does")) {
    command_.add_option("matrix", options_.matrix, "A file, or a name from `list matrices`")
        ->required();
    command_
        .add_option("--out", out_,
                    "Folder of the results (default results/local/count-TIME), which go to "
                    "DIR/model; lanes of `kernel` can go beside it")
        ->type_name("DIR");
    several("--set", set_, "Replace an axis's values in every block");
    several("--filter", filter_, "Count only the blocks that have one of the values");
    command_
        .add_option("--strategies", strategies_, "Count these (default: the matrix's strategies)")
        ->type_name("NAME[,NAME]");
  }
  bool asked() const { return command_.parsed(); }

  int execute(int argc, char** argv) {
    options_.asked.command_line.assign(argv + 1, argv + argc);
    options_.asked.set = axis_arguments("--set", set_);
    options_.asked.filter = axis_arguments("--filter", filter_);
    if (command_.count("--out") > 0) options_.out = out_;
    if (options_.out && options_.out->empty()) throw BadArgument{"--out must name a folder"};
    if (command_.count("--strategies") > 0) options_.strategies = strategies();
    return count(options_);
  }

 private:
  /// The option takes one value each time, so it does not swallow the next argument.
  void several(const std::string& name, std::vector<std::string>& values, const std::string& help) {
    command_.add_option(name, values, help)
        ->type_name("AXIS=VALUE[,VALUE]")
        ->allow_extra_args(false);
  }

  std::vector<std::string> strategies() const {
    const std::vector<std::string> known = strategy_names();
    std::vector<std::string> names;
    for (const std::string& name : split(strategies_, ',')) {
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        throw BadArgument{unknown("strategy", name, known)};
      }
      if (std::find(names.begin(), names.end(), name) != names.end()) {
        throw BadArgument{fmt::format("--strategies \"{}\" has {} twice", strategies_, name)};
      }
      names.push_back(name);
    }
    return names;
  }

  CLI::App& command_;
  CountOptions options_;
  std::string out_, strategies_;
  std::vector<std::string> set_, filter_;
};

}  // namespace tfm::bench
