// SPDX-License-Identifier: MIT
// The receive ring, computed by hand and compared with another implementation of a queue.
#include "bench/pressure/rx_ring.hpp"

#include "tests/bench/spoiled.hpp"
#include "workloads/traffic/arrivals.hpp"

namespace tfm::bench::test {
namespace {

constexpr double service_ns = 100;

/// A zone without a neighbour, with more memory than needed unless `pages` is less.
ZoneOptions quiet(std::uint32_t pages = 4096) { return {.pages = pages, .min_pages = 32}; }

class RxRingTest : public OnCpu {
 protected:
  RxRingTest() : workload_(make_workload(small_block(), 1)) { workload_->derive_keys(); }

  Trial offered(const std::vector<double>& arrivals, std::uint32_t slots, double pps,
                const ZoneOptions& options = quiet(), std::string_view strategy = "percpu_pool") {
    ZonedCell zoned(*workload_, std::string(strategy), options);
    const Trial trial = offer(zoned, {slots, service_ns}, arrivals, pps);
    EXPECT_EQ(trial.packets, arrivals.size());
    zoned.close();
    return trial;
  }

 private:
  std::unique_ptr<Workload> workload_;
};

TEST_F(RxRingTest, PacketsAreLostIfAllSlotsAreTaken) {
  // Ten at once, four slots.
  EXPECT_EQ(offered(std::vector<double>(10, 0.0), 4, 1e6).ring_losses, 6U);
  // The mean gap is 1,000 ns, so packets arrive at 0, 30, 60, … ns. The first is in service until
  // 100, the second until 200. With one slot: the second waits from 30; those at 60 and 90 are
  // lost. At 100 the second leaves the ring. At 120 another one waits; those at 150 and 180 are
  // lost.
  const std::vector<double> close = {0, 0.03, 0.06, 0.09, 0.12, 0.15, 0.18};
  EXPECT_EQ(offered(close, 1, 1e6).ring_losses, 4U);
  EXPECT_EQ(offered(close, 2, 1e6).ring_losses, 3U);
  EXPECT_EQ(offered(close, 7, 1e6).ring_losses, 0U);
  // The same arrivals, ten times as far apart.
  EXPECT_EQ(offered(close, 1, 1e5).losses(), 0U);
}

TEST_F(RxRingTest, MatchesASimpleQueue) {
  for (const double load : {0.5, 0.95, 1.05, 2.0}) {
    for (const std::uint32_t slots : {1U, 5U, 64U}) {
      Rng rng(slots);
      const std::vector<double> arrivals = poisson_arrivals(5000, rng);
      const double gap_ns = service_ns / load;
      std::vector<double> begins;  // when each packet that was not lost leaves the ring
      std::uint64_t lost = 0;
      for (const double arrival : arrivals) {
        const double now = arrival * gap_ns;
        const auto waiting = begins.end() - std::upper_bound(begins.begin(), begins.end(), now);
        if (waiting >= static_cast<std::ptrdiff_t>(slots)) {
          ++lost;
        } else {
          begins.push_back(begins.empty() ? now : std::max(now, begins.back() + service_ns));
        }
      }
      EXPECT_EQ(offered(arrivals, slots, 1e9 / gap_ns).ring_losses, lost)
          << slots << " slots at " << load;
    }
  }
}

// A waiting packet holds an object of 256 bytes and one of 512 bytes (for 64 + 120 + 320). Their
// slabs have one page with 16 objects, and one with 8. 512 packets at once take 32 and 64 pages. A
// zone of 64 pages has fewer.
TEST_F(RxRingTest, AFreeSlotWithoutMemoryForAnSkbIsALoss) {
  const std::vector<double> at_once(512, 0.0);
  const Trial scarce = offered(at_once, 512, 1e6, quiet(64));
  EXPECT_EQ(scarce.ring_losses, 0U);
  EXPECT_GT(scarce.skb_losses, 100U);
  EXPECT_EQ(scarce.operation_losses, 0U);
  EXPECT_EQ(offered(at_once, 512, 1e6, quiet()).losses(), 0U);
  // Fewer slots than skbs that fit: the losses are ring losses.
  const Trial few_slots = offered(at_once, 16, 1e6, quiet(64));
  EXPECT_EQ(few_slots.skb_losses, 0U);
  EXPECT_EQ(few_slots.ring_losses, 496U);
}

// A packet that waits in the ring is handled after later packets have arrived and been lost. The
// replay state must not mix them up. offer() throws if a packet is misjudged.
TEST_F(RxRingTest, AReplayOfALostPacketIsRefused) {
  Block block = small_block("esp/fixed_64", "gcm(aes128)");
  block.sockets = 2;
  block.forged_percent = 40;
  const auto workload = make_workload(block, 1);
  workload->derive_keys();
  Rng rng(1);
  const std::vector<double> arrivals = poisson_arrivals(8192, rng);  // twice what the trace has
  const auto offered_to = [&](std::uint32_t slots, std::uint32_t pages) {
    ZonedCell zoned(*workload, "percpu_pool", quiet(pages));
    const Trial trial = offer(zoned, {slots, service_ns}, arrivals, 2e9 / service_ns);
    zoned.close();
    return trial;
  };
  EXPECT_GT(offered_to(8, 4096).ring_losses, 1000U);
  EXPECT_GT(offered_to(512, 128).skb_losses, 1000U);
}

struct EveryTenth : Sound {
  inline static std::uint64_t asked = 0;
  Errno allow() noexcept override { return ++asked % 10 == 0 ? Errno::enomem : Errno::ok; }
};

TEST_F(RxRingTest, OperationLossesAreNotRingLosses) {
  Block block = small_block();
  block.forged_percent = 0;
  SpoiledWorkload<EveryTenth> workload(block);
  workload.derive_keys();
  EveryTenth::asked = 0;
  ZonedCell zoned(workload, "spoiled", quiet());
  const Trial trial = offer(zoned, {64, service_ns}, std::vector<double>(100, 0.0), 1e6);
  EXPECT_EQ(trial.ring_losses, 36U);
  EXPECT_EQ(EveryTenth::asked, 64U);
  EXPECT_EQ(trial.operation_losses, 6U);
  EXPECT_EQ(trial.losses(), 42U);
}

}  // namespace
}  // namespace tfm::bench::test
