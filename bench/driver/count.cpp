// SPDX-License-Identifier: MIT
#include "bench/driver/count.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

#include "bench/cell/marks.hpp"
#include "bench/driver/counted_blocks.hpp"
#include "bench/driver/provenance.hpp"
#include "bench/driver/python.hpp"
#include "bench/driver/round_executables.hpp"
#include "bench/utc_time.hpp"

namespace tfm::bench {
namespace {

using nlohmann::json;

int fail(std::string_view line) {
  fmt::print(stderr, "tfmbench count: {}\n", line);
  return 2;
}

OrLine<Matrix> matrix_asked(const CountOptions& options) {
  const auto asked = asked_of_matrix(options.asked, options.matrix);
  if (!asked) return tl::unexpected(asked.error());
  auto matrix = matrix_of(*asked);
  if (!matrix || options.strategies.empty()) return matrix;
  matrix->strategies = options.strategies;
  // Nothing is taken as a ratio to it here. It must be one that the block can have.
  matrix->baseline = options.strategies.front();
  return matrix;
}

json request_json(const PlannedBlock& planned, const Matrix& matrix) {
  RoundRequest request;
  request.block = planned.block;
  request.block_id = planned.id;
  request.baseline = matrix.baseline;
  request.strategies = planned.strategies;
  request.aa_copies = 0;
  request.start = utc_text(utc_now());
  return json::parse(to_json(request));
}

/// What kernel/lanes/model_plan.py reads.
std::string plan_json(const CountOptions& options, const Matrix& matrix,
                      const CountedBlocks& counted, const RoundExecutables& executables) {
  json blocks = json::array();
  for (const PlannedBlock& planned : counted.blocks) {
    blocks.push_back({{"program", executables.of(Pass::timed, planned.block).string()},
                      {"request", request_json(planned, matrix)}});
  }
  return json{{"command_line", options.asked.command_line},
              {"blocks", std::move(blocks)},
              {"warnings", counted.left_out}}
      .dump();
}

/// Makes a text this process's standard input.
OrLine<void> become_input(const std::string& text) {
  const int file = ::memfd_create("plan", MFD_CLOEXEC);
  if (file < 0 || ::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::lseek(file, 0, SEEK_SET) != 0 || ::dup2(file, STDIN_FILENO) < 0) {
    return tl::unexpected(
        fmt::format("the plan cannot be handed over: {}", std::generic_category().message(errno)));
  }
  return {};
}

}  // namespace

int count(const CountOptions& options) {
  if (!have_marks) return fail("there are marks on x86-64 only");
  auto matrix = matrix_asked(options);
  if (!matrix) return fail(matrix.error());
  Plan plan = plan_blocks(*matrix);
  if (auto filtered = filter_blocks(plan, options.asked.filter); !filtered) {
    return fail(filtered.error());
  }
  const CountedBlocks counted = counted_blocks(plan);
  if (counted.blocks.empty()) {
    const std::string why = !counted.left_out.empty() ? counted.left_out.front()
                            : !plan.left_out.empty()  ? plan.left_out.front().combination + ": " +
                                                           plan.left_out.front().reason
                                                     : "it has none";
    return fail(fmt::format("{}: no block can be counted ({})", matrix->name, why));
  }
  const RoundExecutables executables;
  if (auto there = executables.check(); !there) return fail(there.error());
  if (executables.ours() && !build_may_time()) {
    return fail(
        "this build is not optimised or has a sanitizer, so it must not count: build the preset "
        "release");
  }
  const auto input = become_input(plan_json(options, *matrix, counted, executables));
  if (!input) return fail(input.error());
  std::vector<std::string> words;
  if (options.out) words = {"--out", *options.out};
  return exec_python({.folder = "kernel",
                      .program = "lanes/count.py",
                      .variable = "TFMBENCH_KERNEL",
                      .module = "kernel.lanes.count",
                      .cannot = "count instructions"},
                     words);
}

}  // namespace tfm::bench
