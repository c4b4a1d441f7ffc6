// SPDX-License-Identifier: MIT
// tfmbench's command line. Only this file and commands/ use CLI11. tfmbench's exit codes: 0 done, 1
// a check or gate failed, 2 bad arguments, a bad file or output that is lost, 3 interrupted, 4 it
// could not be judged.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <system_error>

#include "bench/driver/arguments.hpp"
#include "bench/driver/commands/compare.hpp"
#include "bench/driver/commands/count.hpp"
#include "bench/driver/commands/dump.hpp"
#include "bench/driver/commands/kernel.hpp"
#include "bench/driver/commands/list.hpp"
#include "bench/driver/commands/report.hpp"
#include "bench/driver/commands/run.hpp"
#include "bench/driver/commands/verify.hpp"
#include "bench/driver/version.hpp"
#include "bench/output.hpp"
#include "bench/words.hpp"

namespace {

using namespace tfm::bench;

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
  KernelCommand kernel(app);
  CountCommand count(app);
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
    if (kernel.named(argv[1])) return kernel.execute(argc, argv);
    app.parse(argc, argv);
    if (list.asked()) return list.execute();
    if (verify.asked()) return verify.execute();
    if (dump.asked()) return dump.execute();
    if (run.asked()) return run.execute(argc, argv);
    if (report.asked()) return report.execute();
    if (count.asked()) return count.execute(argc, argv);
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
