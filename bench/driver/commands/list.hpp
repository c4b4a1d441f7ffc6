// SPDX-License-Identifier: MIT
// list: the names that a matrix can use. For main.cpp alone: CLI11 is compiled once.
#pragma once

#include <CLI/App.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "bench/driver/arguments.hpp"
#include "bench/driver/list.hpp"
#include "bench/words.hpp"

namespace tfm::bench {

class ListCommand {
 public:
  explicit ListCommand(CLI::App& app)
      : command_(*app.add_subcommand("list", "Print the names that a matrix can use")) {
    command_.add_option(
        "what", what_,
        "strategies, workloads, algorithms, pairs (which strategy runs which protocol, and why "
        "not), axes or matrices; default: all");
    command_.add_flag("--json", json_, "Print one JSON object");
  }
  bool asked() const { return command_.parsed(); }
  int execute() const {
    static const std::vector<std::string> known = {"strategies", "workloads", "algorithms",
                                                   "pairs",      "axes",      "matrices"};
    if (!what_.empty() && std::find(known.begin(), known.end(), what_) == known.end()) {
      throw BadArgument{unknown("list", what_, known)};
    }
    return list(what_, json_);
  }

 private:
  CLI::App& command_;
  std::string what_;
  bool json_ = false;
};

}  // namespace tfm::bench
