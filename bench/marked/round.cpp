// SPDX-License-Identifier: MIT
#include "bench/marked/round.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "bench/cell/marks.hpp"
#include "bench/cell/workload.hpp"
#include "bench/machine/in_child.hpp"
#include "bench/marked/marked_allocator.hpp"

namespace tfm::bench {
namespace {

/// Packets of the trace whose bytes are checked before anything is counted.
constexpr std::size_t checked_packets = 256;

std::string line_of(const std::string& strategy, const OneOfEach& each, std::string_view cache) {
  return fmt::format(R"(@@{{"turn":{{"name":"{}","bytes":{},"cache":"{}","packets":{}}}}})"
                     "\n",
                     strategy, each.payload_bytes, cache, each.packets.skbs().size());
}

std::string turns_of(const std::string& strategy, const Workload& workload, const OneOfEach& each) {
  const auto cell = make_cell(workload, strategy);
  open_sockets(*cell, strategy);
  if (const std::string wrong = cell->check(checked_packets); !wrong.empty()) {
    throw std::runtime_error(fmt::format("{}: {}", strategy, wrong));
  }
  mark_allocator();
  CellMarked& marked = *cell;
  Tally tally;
  marked.send_marked(each.packets.skbs(), tally);
  mark<Mark::flush>();
  mark<Mark::turn>();
  marked.send_marked(each.packets.skbs(), tally);
  mark<Mark::done>();
  mark<Mark::turn>();
  marked.send_marked(each.packets.skbs(), tally);
  mark<Mark::done>();
  check_tally(strategy, tally, Failures::none);
  return line_of(strategy, each, "flushed") + line_of(strategy, each, "warm");
}

}  // namespace

std::string run_marked_round(const RoundRequest& request) {
  if (request.block.cpus != 1) throw std::runtime_error("a marked round runs on one CPU");
  const auto workload = make_workload(request.block, request.seed, checked_packets);
  workload->derive_keys();
  const OneOfEach each = workload->one_of_each(request.seed);
  std::string lines;
  for (const std::string& strategy : request.strategies) {
    lines += bytes_from_child(strategy, [&] { return turns_of(strategy, *workload, each); });
  }
  return lines;
}

}  // namespace tfm::bench
