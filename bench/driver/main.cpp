// SPDX-License-Identifier: MIT
// tfmbench's command line. Only this file uses CLI11 and knows its exit codes. tfmbench's exit
// codes: 0 done, 1 a check or gate failed, 2 bad arguments, a bad file or output that is lost,
// 3 interrupted, 4 it could not be judged.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <system_error>

#include "bench/driver/arguments.hpp"
#include "bench/driver/list.hpp"
#include "bench/driver/report.hpp"
#include "bench/driver/run.hpp"
#include "bench/driver/version.hpp"
#include "bench/output.hpp"
#include "bench/verify/dump.hpp"
#include "bench/verify/verify.hpp"
#include "bench/verify/verify_pcap.hpp"
#include "bench/words.hpp"

namespace {

using namespace tfm::bench;

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
        .add_option("--rounds", rounds_,
                    "Fresh processes per block, 1 to 1000 (default: the matrix's)")
        ->type_name("N");
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
    for (const char* option : {"matrix", "--set", "--filter", "--rounds", "--sittings", "--seed"}) {
      if (!given(option)) continue;
      throw BadArgument{
          fmt::format("--from repeats a run as it was asked for: leave {} out", option)};
    }
  }

  static constexpr std::uint64_t most_timeout_seconds = 1'000'000;

  CLI::App& command_;
  RunOptions options_;
  std::string from_, out_, rounds_, sittings_, seed_, cpus_, shard_, round_timeout_;
  std::vector<std::string> set_, filter_;
};

class VerifyCommand {
 public:
  explicit VerifyCommand(CLI::App& app)
      : command_(*app.add_subcommand(
            "verify",
            "Check known answers, test vectors and equal packets; or a capture's TCP-AO")) {
    auto* const vectors = command_
                              .add_option("--vectors", vectors_.vectors,
                                          "TCP-AO test vectors as JSON (default: RFC 9235's)")
                              ->type_name("FILE");
    auto* const pcap =
        command_.add_option("--pcap", capture_.pcap, "Check the TCP-AO of this capture instead")
            ->type_name("FILE")
            ->excludes(vectors);
    auto* const key =
        command_
            .add_option("--master-key", capture_.master_key, "Master key of the capture, as text")
            ->type_name("TEXT")
            ->needs(pcap);
    auto* const algorithm = command_
                                .add_option("--algorithm", capture_.algorithm,
                                            "Algorithm, such as hmac(sha1) or HMAC-SHA-1-96")
                                ->needs(pcap);
    command_
        .add_flag("--omit-options", capture_.omit_options,
                  "The capture's MACs do not cover TCP options other than AO")
        ->needs(pcap);
    pcap->needs(key)->needs(algorithm);
  }
  bool asked() const { return command_.parsed(); }
  int execute() const {
    return command_.count("--pcap") > 0 ? verify_pcap(capture_) : verify(vectors_);
  }

 private:
  CLI::App& command_;
  VerifyOptions vectors_;
  VerifyPcapOptions capture_;
};

class DumpCommand {
 public:
  explicit DumpCommand(CLI::App& app)
      : command_(*app.add_subcommand("dump", "Write packets of a workload to a capture file")) {
    command_.add_option("workload", options_.workload, "PROTOCOL/TRAFFIC")->required();
    command_
        .add_option("--pcap", options_.pcap,
                    "The file to write; - is standard output. A device or FIFO is written to")
        ->type_name("FILE")
        ->required();
    command_
        .add_option("--packets", packets_,
                    fmt::format("Number of packets, 1 to {} (default 100)", max_dump_packets))
        ->type_name("N");
    command_.add_option("--seed", seed_, "Seed of all random choices (default 1)")->type_name("N");
    command_.add_option("--key", options_.key,
                        "Key of every socket (default: random keys, written to FILE.keys; to "
                        "standard error if FILE is no regular file)");
    command_.add_option("--algorithm", options_.algorithm,
                        "Algorithm (default: the first that the protocol takes)");
    command_.add_flag("--ipv6", options_.ipv6, "Use IPv6 instead of IPv4");
    command_.add_flag("--omit-options", options_.omit_options,
                      "tcp_ao: the MAC does not cover TCP options other than AO");
  }
  bool asked() const { return command_.parsed(); }
  int execute() {
    if (command_.count("--packets") > 0) {
      options_.packets = integer_argument("--packets", packets_, 1, max_dump_packets);
    }
    if (command_.count("--seed") > 0) options_.seed = seed_argument(seed_);
    if (command_.count("--key") > 0 && options_.key.empty()) {
      throw BadArgument{"--key must not be empty"};
    }
    return dump(options_);
  }

 private:
  CLI::App& command_;
  DumpOptions options_;
  std::string packets_, seed_;
};

class ReportCommand {
 public:
  explicit ReportCommand(CLI::App& app)
      : command_(
            *app.add_subcommand("report", "Write a run's report: page, review, summary, figures")) {
    command_.add_option("dir", dir_, "Folder of a run")->required();
    command_
        .add_option("--out", out_,
                    "Folder of the report (default: report/ in the run's folder); nothing is "
                    "written outside it")
        ->type_name("DIR");
    command_.add_flag("--text", text_, "Print the table as well");
  }
  bool asked() const { return command_.parsed(); }
  int execute() const {
    std::vector<std::string> arguments = {"report", dir_};
    if (command_.count("--out") > 0) {
      if (out_.empty()) throw BadArgument{"--out must name a folder"};
      arguments.insert(arguments.end(), {"--out", out_});
    }
    if (text_) arguments.emplace_back("--text");
    return exec_plots(arguments);
  }

 private:
  CLI::App& command_;
  std::string dir_, out_;
  bool text_ = false;
};

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

int bad(std::string line) {
  std::replace(line.begin(), line.end(), '\n', ' ');
  // fmt::print() would throw if stderr takes nothing.
  std::fputs(fmt::format("tfmbench: {}\n", line).c_str(), stderr);
  return 2;
}

int execute(int argc, char** argv) {
  CLI::App app("Who owns the crypto state of a packet path, and what does it cost?", "tfmbench");
  app.require_subcommand(1);
  app.set_version_flag("--version", version_text,
                       "Print version, revision, compiler and libraries");
  ListCommand list(app);
  VerifyCommand verify(app);
  DumpCommand dump(app);
  RunCommand run(app);
  ReportCommand report(app);
  CompareCommand compare(app);
  try {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    // CLI11's message would not name the subcommands.
    if (argc == 1) {
      return bad(fmt::format("a subcommand is needed: {} (see --help)", fmt::join(names, ", ")));
    }
    if (*argv[1] != '-' && std::count(names.begin(), names.end(), argv[1]) == 0) {
      return bad(unknown("subcommand", argv[1], names));
    }
    app.parse(argc, argv);
    if (list.asked()) return list.execute();
    if (verify.asked()) return verify.execute();
    if (dump.asked()) return dump.execute();
    if (run.asked()) return run.execute(argc, argv);
    if (report.asked()) return report.execute();
    return compare.execute();
  } catch (const CLI::CallForVersion& e) {
    fmt::print("{}\n", e.what());
    return 0;
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    return bad(fmt::format("{} (see --help)", e.what()));
  } catch (const BadArgument& e) {
    return bad(e.line);
  } catch (const std::system_error& e) {
    return bad(std::ferror(stdout) == 0 ? e.what() : stdout_failure(e.code().value()));
  } catch (const std::exception& e) {
    return bad(e.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto open = stdout_is_open(); !open) return bad(open.error());
  const int code = execute(argc, argv);
  const auto flushed = flush_stdout();
  // One line is enough: with 2, it has been printed.
  return flushed || code == 2 ? code : bad(flushed.error());
}
