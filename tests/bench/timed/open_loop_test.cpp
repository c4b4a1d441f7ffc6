// SPDX-License-Identifier: MIT
// Open loop: where a packet's allocations lie while a cell warms up and is measured.
#include "bench/timed/open_loop.hpp"

#include <algorithm>
#include <set>

#include "runtime/sanitized.hpp"
#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

/// Notes where in a page an allocation of CPU 0 lies in each turn.
class FakeArrivals final : public CellArrivals {
 public:
  void run_open_loop(unsigned cpu, const OpenLoop&, Latencies&, Tally&) noexcept override {
    if (cpu != 0) return;
    void* const block = gfp_alloc(180, Gfp::atomic, Owner::request);
    places.push_back(reinterpret_cast<std::uintptr_t>(block) % 4096);
    gfp_free(block);
  }

  std::vector<std::uintptr_t> places;
};

class OpenLoopPlaces : public OnCpu {};

TEST_F(OpenLoopPlaces, AreDrawnForACellAndLap) {
  if (sanitized) GTEST_SKIP() << "a sanitizer's allocator gives a new place each time";
  constexpr unsigned laps = 16;
  constexpr std::size_t capacity_turns = 9;
  const Ledger before = gfp_accounting()->ledger();
  const Clock clock;
  Team team(1, {});
  FakeArrivals cell;
  cell.places.reserve(capacity_turns + 2 * laps);  // it allocates nothing else
  CellArrivals* const cells[] = {&cell};
  run_open_loop(cells, 0, 0.5, {.warm_up_ns = 1e5, .timed_ns = 1e5, .laps = laps}, team, clock, 1);

  ASSERT_EQ(cell.places.size(), capacity_turns + 2 * laps);
  const auto first_lap = cell.places.begin() + capacity_turns;
  EXPECT_EQ(std::set(cell.places.begin(), first_lap).size(), 1U);
  unsigned same = 0;  // warm-up and what is measured
  for (auto turn = first_lap; turn != cell.places.end(); turn += 2) same += turn[0] == turn[1];
  // The harness allocates between turns, and now and then takes the block.
  EXPECT_GE(same, laps * 3 / 4);
  EXPECT_GT(std::set(first_lap, cell.places.end()).size(), 3U);
  EXPECT_EQ(gfp_accounting()->ledger(), before);
}

}  // namespace
}  // namespace tfm::bench::test
