// SPDX-License-Identifier: MIT
// The clock compared with the system's clock, the probe, and the counters of the machine.
#include "bench/machine/clock.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "bench/machine/machine_watch.hpp"
#include "bench/machine/probe.hpp"

namespace tfm::bench {
namespace {

TEST(Clock, AgreesWithTheMonotonicClock) {
  using namespace std::chrono_literals;
  const Clock clock;
  const auto begin = std::chrono::steady_clock::now();
  const std::uint64_t first = stamp();
  std::this_thread::sleep_for(100ms);
  const double ns = clock.ns(stamp() - first);
  const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(ns, 99e6);
  EXPECT_LE(ns, elapsed.count() * 1.01);
}

TEST(Clock, TicksAndNanosecondsAreInverse) {
  const Clock clock;
  for (const double ns : {1e3, 1e6, 1e9, 1e12}) {
    EXPECT_NEAR(clock.ns(clock.ticks(ns)), ns, 2) << ns;
  }
}

TEST(Clock, MeasuresTheCostOfAStamp) {
  const Clock clock;
  EXPECT_GT(clock.stamp_ns(), 0.5);
  EXPECT_LT(clock.stamp_ns(), 2000);
}

TEST(Probe, DoesItsWork) {
  const Clock clock;
  std::vector<double> costs(1001);
  for (double& cost : costs) cost = clock.ns(probe());
  std::nth_element(costs.begin(), costs.begin() + 500, costs.end());
  EXPECT_GT(costs[500], 100) << "1,024 multiplications take longer";
}

TEST(MachineWatch, CountsFromItsBeginning) {
  const MachineWatch watch;
  const MachineEvents events = watch.since();
  EXPECT_GE(events.steal_percent, 0);
  EXPECT_LE(events.steal_percent, 100);
  EXPECT_LT(events.involuntary_switches, 1000U);
}

TEST(ResidentBytes, SeesPagesThatAreTouched) {
  constexpr std::size_t bytes = std::size_t{64} << 20;
  const std::int64_t before = resident_bytes();
  ASSERT_GT(before, 0);
  const std::vector<char> pages(bytes, 1);
  EXPECT_GE(resident_bytes() - before, static_cast<std::int64_t>(bytes / 2)) << pages[bytes / 2];
}

}  // namespace
}  // namespace tfm::bench
