// SPDX-License-Identifier: MIT
// run: measures a matrix. For main.cpp alone: CLI11 is compiled once.
#pragma once

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "bench/driver/arguments.hpp"
#include "bench/driver/run.hpp"

namespace tfm::bench {

class RunCommand {
 public:
  explicit RunCommand(CLI::App& app)
      : command_(*app.add_subcommand("run", "Measure a matrix, or continue a run")) {
    command_.add_option("matrix", options_.matrix, "A file, or a name from `list matrices`");
    command_
        .add_option("--from", from_,
                    "Repeat the run in DIR instead: its matrix, --set, --filter, --rounds, "
                    "--sittings and --seed, as its run.json keeps them")
        ->type_name("DIR");
    command_
        .add_option("--out", out_,
                    "Folder of the run (default results/local/NAME-TIME); an unfinished run in it "
                    "continues")
        ->type_name("DIR");
    several("--set", set_, "Replace an axis's values in every block");
    several("--filter", filter_, "Run only the blocks that have one of the values");
    command_
        .add_option(
            "--rounds", rounds_,
            "Fresh processes per block, 1 to 1000 (default: the matrix's); those that the run in "
            "--out lacks are added to it")
        ->type_name("N");
    command_
        .add_option("--precision", precision_,
                    "Instead: rounds until each comparison is faster, slower or same, or its "
                    "interval at most ±P % (default with --max-time: 1%)")
        ->type_name("P%");
    command_
        .add_option("--max-time", max_time_,
                    "With a precision: start no rounds that would take longer together, such as "
                    "90s, 10min or 2h")
        ->type_name("T");
    command_
        .add_option("--sittings", sittings_,
                    "Parts of the rounds that lie at least 10 min apart (default: the matrix's)")
        ->type_name("N");
    command_.add_option("--seed", seed_, "Seed of all random choices (default 1)")->type_name("N");
    command_
        .add_option("--cpus", cpus_,
                    "Cores to pin the simulated CPUs to, such as 0,1 or 0-1 (default: one hardware "
                    "thread of each core)")
        ->type_name("LIST");
    command_
        .add_option("--shard", shard_,
                    "Run only part I of N; merge the parts by copying their files")
        ->type_name("I/N");
    command_
        .add_option("--round-timeout", round_timeout_,
                    "End a round that takes longer, and go on (default: ten times its estimate, at "
                    "least 60)")
        ->type_name("SECONDS");
    command_.add_flag("--dry-run", options_.dry_run,
                      "Print what would run, what is left out, and about how much memory it wants");
  }
  bool asked() const { return command_.parsed(); }

  int execute(int argc, char** argv) {
    Asked& asked = options_.asked;
    asked.command_line.assign(argv + 1, argv + argc);
    asked.set = axis_arguments("--set", set_);
    asked.filter = axis_arguments("--filter", filter_);
    check_from();
    if (given("--out")) options_.out = out_;
    if (options_.out && options_.out->empty()) throw BadArgument{"--out must name a folder"};
    if (given("--rounds")) {
      asked.rounds =
          static_cast<std::uint32_t>(integer_argument("--rounds", rounds_, 1, most_rounds));
    }
    if (given("--rounds") && (given("--precision") || given("--max-time"))) {
      throw BadArgument{
          "--rounds fixes the number of rounds, --precision and --max-time do not: give one of "
          "them"};
    }
    if (given("--precision")) asked.precision_percent = precision_argument(precision_);
    if (given("--max-time")) asked.max_time = max_time_argument(max_time_);
    if (given("--sittings")) {
      asked.sittings =
          static_cast<std::uint32_t>(integer_argument("--sittings", sittings_, 1, most_rounds));
    }
    if (given("--seed")) {
      asked.seed = seed_argument(seed_);
    }
    if (given("--round-timeout")) {
      options_.round_timeout = std::chrono::seconds(
          integer_argument("--round-timeout", round_timeout_, 1, most_timeout_seconds));
    }
    if (given("--cpus")) options_.cores = cores_argument(cpus_);
    if (given("--shard")) options_.shard = shard_argument(shard_);
    return run(options_);
  }

 private:
  /// The option takes one value each time, so it does not swallow the next argument.
  void several(const std::string& name, std::vector<std::string>& values, const std::string& help) {
    command_.add_option(name, values, help)
        ->type_name("AXIS=VALUE[,VALUE]")
        ->allow_extra_args(false);
  }
  bool given(const std::string& option) const { return command_.count(option) > 0; }

  /// Either a matrix or --from; what would change the matrix does not go with --from.
  void check_from() {
    if (!given("--from")) {
      if (options_.matrix.empty()) {
        throw BadArgument{"a matrix is required: a file, a name, or --from DIR (see --help)"};
      }
      return;
    }
    if (from_.empty()) throw BadArgument{"--from must name the folder of a run"};
    options_.from = from_;
    for (const char* option : {"matrix", "--set", "--filter", "--rounds", "--precision",
                               "--max-time", "--sittings", "--seed"}) {
      if (!given(option)) continue;
      throw BadArgument{
          fmt::format("--from repeats a run as it was asked for: leave {} out", option)};
    }
  }

  static constexpr std::uint64_t most_timeout_seconds = 1'000'000;

  CLI::App& command_;
  RunOptions options_;
  std::string from_, out_, rounds_, sittings_, seed_, cpus_, shard_, round_timeout_, precision_,
      max_time_;
  std::vector<std::string> set_, filter_;
};

}  // namespace tfm::bench
