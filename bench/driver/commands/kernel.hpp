// SPDX-License-Identifier: MIT
// kernel: the same strategies in real kernels. For main.cpp alone: CLI11 is compiled once.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "bench/driver/kernel.hpp"

namespace tfm::bench {

/// The lanes know their arguments, and parse them: here the command has only a name.
class KernelCommand {
 public:
  explicit KernelCommand(CLI::App& app)
      : command_(*app.add_subcommand("kernel", "Measure the same strategies in real kernels")) {}
  bool named(const std::string& word) const { return command_.check_name(word); }
  int execute(int argc, char** argv) const { return exec_kernel({argv + 2, argv + argc}); }

 private:
  CLI::App& command_;
};

}  // namespace tfm::bench
