// SPDX-License-Identifier: MIT
// tfmbench's command line. CLI11 stays in here, and with it its exit codes: ours are 0 done, 1 a
// check or gate failed, 2 bad arguments or a bad file, 3 interrupted.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <limits>

#include "bench/list.hpp"
#include "bench/report.hpp"
#include "bench/run.hpp"
#include "bench/words.hpp"

namespace {

using namespace tfm::bench;

/// A bad argument: the line for the user.
struct BadArgument {
  std::string line;
};

/// CLI11's own number checks let -1 and 10^23 through, so numbers come as text.
std::uint64_t number(std::string_view option, const std::string& text, std::uint64_t least,
                     std::uint64_t most) {
  const auto value = parse_unsigned(text);
  if (!value || *value < least || *value > most) {
    throw BadArgument{
        fmt::format("{} \"{}\" must be an integer from {} to {}", option, text, least, most)};
  }
  return *value;
}

/// "0,1" or "0-1".
std::vector<unsigned> core_list(const std::string& text) {
  constexpr std::uint64_t most_core = 4095;
  std::vector<unsigned> cores;
  for (const std::string& piece : split(text, ',')) {
    const std::vector<std::string> ends = split(piece, '-');
    const auto first = parse_unsigned(ends.front());
    const auto last = parse_unsigned(ends.back());
    if (ends.size() > 2 || !first || !last || *first > *last || *last > most_core) {
      throw BadArgument{
          fmt::format("--cpus \"{}\" must be a list of cores such as 0,1 or 0-1", text)};
    }
    for (std::uint64_t core = *first; core <= *last; ++core) {
      if (std::find(cores.begin(), cores.end(), core) != cores.end()) {
        throw BadArgument{fmt::format("--cpus \"{}\" names core {} twice", text, core)};
      }
      cores.push_back(static_cast<unsigned>(core));
    }
  }
  return cores;
}

Shard shard(const std::string& text) {
  const std::vector<std::string> parts = split(text, '/');
  const auto index = parse_unsigned(parts.front());
  const auto count = parse_unsigned(parts.back());
  if (parts.size() != 2 || !index || !count || *index < 1 || *index > *count || *count > 1000) {
    throw BadArgument{fmt::format("--shard \"{}\" must be I/N with 1 <= I <= N <= 1000", text)};
  }
  return {static_cast<std::uint32_t>(*index), static_cast<std::uint32_t>(*count)};
}

std::vector<AxisValues> axis_options(std::string_view option,
                                     const std::vector<std::string>& texts) {
  std::vector<AxisValues> options;
  for (const std::string& text : texts) {
    auto values = parse_axis_values(option, text);
    if (!values) throw BadArgument{values.error()};
    options.push_back(std::move(*values));
  }
  return options;
}

class ListCommand {
 public:
  explicit ListCommand(CLI::App& app)
      : command_(
            *app.add_subcommand("list", "Print what exists, by the names that matrices take")) {
    command_.add_option("what", what_, "strategies, workloads, algorithms or matrices; else all")
        ->check(CLI::IsMember({"strategies", "workloads", "algorithms", "matrices"}));
    command_.add_flag("--json", json_, "Print one JSON object");
  }
  bool asked() const { return command_.parsed(); }
  int execute() const { return list(what_, json_); }

 private:
  CLI::App& command_;
  std::string what_;
  bool json_ = false;
};

class RunCommand {
 public:
  explicit RunCommand(CLI::App& app)
      : command_(*app.add_subcommand("run", "Measure a matrix, or go on with a run")) {
    command_.add_option("matrix", options_.matrix, "A file, or a name that `list matrices` prints")
        ->required();
    command_.add_option("--out", out_,
                        "The run's folder (results/local/NAME-TIME); an unfinished run goes on");
    several("--set", set_, "axis=value,…: replace an axis's values in every block");
    several("--filter", filter_, "axis=value,…: keep the blocks that have one of the values");
    command_.add_option("--rounds", rounds_, "Fresh processes per block, 1 to 1000");
    command_.add_option("--seed", seed_, "Of everything that is drawn (1)");
    command_.add_option("--cpus", cpus_, "Cores to pin the simulated CPUs to, such as 0,1 or 0-1");
    command_.add_option("--shard", shard_, "I/N: only the I-th of N parts; merge them by copying");
    command_.add_flag("--dry-run", options_.dry_run, "Print what would run and what is left out");
  }
  bool asked() const { return command_.parsed(); }

  int execute() {
    options_.set = axis_options("--set", set_);
    options_.filter = axis_options("--filter", filter_);
    if (given("--out")) options_.out = out_;
    if (options_.out && options_.out->empty()) throw BadArgument{"--out must name a folder"};
    if (given("--rounds")) {
      options_.rounds = static_cast<std::uint32_t>(number("--rounds", rounds_, 1, most_rounds));
    }
    if (given("--seed")) {
      options_.seed = number("--seed", seed_, 0, std::numeric_limits<std::uint64_t>::max());
    }
    if (given("--cpus")) options_.cores = core_list(cpus_);
    if (given("--shard")) options_.shard = shard(shard_);
    return run(options_);
  }

 private:
  /// One value each time, so that what follows it is not swallowed.
  void several(const std::string& name, std::vector<std::string>& values, const std::string& help) {
    command_.add_option(name, values, help)->allow_extra_args(false);
  }
  bool given(const std::string& option) const { return command_.count(option) > 0; }

  CLI::App& command_;
  RunOptions options_;
  std::string out_, rounds_, seed_, cpus_, shard_;
  std::vector<std::string> set_, filter_;
};

class ReportCommand {
 public:
  explicit ReportCommand(CLI::App& app)
      : command_(*app.add_subcommand("report", "Write DIR/report/: page, review, figures")) {
    command_.add_option("dir", dir_, "A run's folder")->required();
    command_.add_flag("--text", text_, "Print the table as well");
  }
  bool asked() const { return command_.parsed(); }
  int execute() const {
    std::vector<std::string> arguments = {"report", dir_};
    if (text_) arguments.emplace_back("--text");
    return exec_plots(arguments);
  }

 private:
  CLI::App& command_;
  std::string dir_;
  bool text_ = false;
};

class CompareCommand {
 public:
  explicit CompareCommand(CLI::App& app)
      : command_(*app.add_subcommand("compare", "Compare two runs")) {
    command_.add_option("a", a_, "A run's folder: before")->required();
    command_.add_option("b", b_, "A run's folder: after")->required();
    command_.add_option("--gate", gate_,
                        "Exit 1 if a ratio got worse by more than so many percent");
    command_.add_flag("--json", json_, "Print JSON");
  }
  bool asked() const { return command_.parsed(); }
  int execute() const {
    std::vector<std::string> arguments = {"compare", a_, b_};
    if (command_.count("--gate") > 0) {
      const auto percent = parse_decimal(gate_);
      if (!percent || *percent < 0 || *percent > 1000) {
        throw BadArgument{fmt::format("--gate \"{}\" must be a percentage from 0 to 1000", gate_)};
      }
      arguments.insert(arguments.end(), {"--gate", gate_});
    }
    if (json_) arguments.emplace_back("--json");
    return exec_plots(arguments);
  }

 private:
  CLI::App& command_;
  std::string a_, b_, gate_;
  bool json_ = false;
};

int bad(std::string line) {
  std::replace(line.begin(), line.end(), '\n', ' ');
  fmt::print(stderr, "tfmbench: {}\n", line);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Who owns the crypto state of a packet path, and what does it cost?", "tfmbench");
  app.require_subcommand(1);
  ListCommand list(app);
  RunCommand run(app);
  ReportCommand report(app);
  CompareCommand compare(app);
  try {
    app.parse(argc, argv);
    if (list.asked()) return list.execute();
    if (run.asked()) return run.execute();
    if (report.asked()) return report.execute();
    return compare.execute();
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    return bad(fmt::format("{} (see --help)", e.what()));
  } catch (const BadArgument& e) {
    return bad(e.line);
  } catch (const std::exception& e) {
    return bad(e.what());
  }
}
