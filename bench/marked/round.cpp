// SPDX-License-Identifier: MIT
#include "bench/marked/round.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "bench/cell/marked_cell.hpp"
#include "bench/cell/marks.hpp"
#include "bench/cell/workload.hpp"
#include "bench/machine/in_child.hpp"
#include "bench/marked/marked_allocator.hpp"
#include "runtime/library/fpu.hpp"
#include "workloads/traffic/trace.hpp"

namespace tfm::bench {
namespace {

/// Packets of the trace whose bytes are checked before anything is counted.
constexpr std::size_t checked_packets = 256;

std::string line_of(const std::string& strategy, const MarkedCell& cell, std::string_view cache) {
  return fmt::format(R"(@@{{"turn":{{"name":"{}","bytes":{},"cache":"{}","packets":{}}}}})"
                     "\n",
                     strategy, cell.payload_bytes(), cache, cell.packets().size());
}

/// Compares the strategy's bytes with the reference's.
void check(const std::string& strategy, const Workload& workload) {
  const auto cell = make_cell(workload, strategy);
  open_sockets(*cell, strategy);
  if (const std::string wrong = cell->check(checked_packets); !wrong.empty()) {
    throw std::runtime_error(fmt::format("{}: {}", strategy, wrong));
  }
}

std::string turns_of(const std::string& strategy, const Block& block, std::uint64_t seed) {
  const auto workload = make_marked_workload(block, strategy, seed, poll_packets);
  workload->derive_keys();
  const auto cell = make_marked_cell(*workload, block, strategy, seed);
  if (const Errno e = cell->open(); failed(e)) {
    throw std::runtime_error(fmt::format("{} cannot open its sockets: {}", strategy, name(e)));
  }
  mark_allocator();
  // As a turn of the kernel's lanes.
  const library::InterruptsOff off;
  Tally tally;
  cell->send(tally);
  mark<Mark::flush>();
  mark<Mark::turn>();
  cell->send(tally);
  mark<Mark::done>();
  mark<Mark::turn>();
  cell->send(tally);
  mark<Mark::done>();
  check_tally(strategy, tally, Failures::none);
  return line_of(strategy, *cell, "flushed") + line_of(strategy, *cell, "warm");
}

}  // namespace

std::string run_marked_round(const RoundRequest& request) {
  if (request.block.cpus != 1) throw std::runtime_error("a marked round runs on one CPU");
  const auto workload = make_workload(request.block, request.seed, checked_packets);
  workload->derive_keys();
  std::string lines;
  for (const std::string& strategy : request.strategies) {
    lines += bytes_from_child(strategy, [&] {
      check(strategy, *workload);
      return turns_of(strategy, request.block, request.seed);
    });
  }
  return lines;
}

}  // namespace tfm::bench
