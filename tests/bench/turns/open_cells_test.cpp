// SPDX-License-Identifier: MIT
// The cells of a round, and that one wrong byte ends the round before it times.
#include "bench/turns/open_cells.hpp"

#include <set>

#include "tests/bench/spoiled.hpp"

namespace tfm::bench::test {
namespace {

std::string refusal(const RoundRequest& request, const Workload& workload) {
  Rng rng(1);
  try {
    open_cells(request, request.aa_copies, workload, rng);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

class OpenCells : public OnCpu {};

TEST_F(OpenCells, OneWrongByteIsNotTimed) {
  const RoundRequest request = request_of(small_block(), {"percpu_pool", "spoiled"});
  EXPECT_EQ(refusal(request, SpoiledWorkload<Sound>(small_block())), "");
  const std::string wrong = refusal(request, SpoiledWorkload<OneWrongByte>(small_block()));
  EXPECT_EQ(wrong.find("spoiled is not timed: packet 0 of socket "), 0U) << wrong;
  const std::string forged = refusal(request, SpoiledWorkload<AlwaysVerified>(small_block()));
  EXPECT_NE(forged.find("a forged packet was accepted"), std::string::npos) << forged;
}

TEST_F(OpenCells, CellsAreTheStrategiesAndTheBaselinesCopies) {
  RoundRequest request = request_of(small_block(), {"percpu_pool", "null"});
  request.aa_copies = 2;
  Rng rng(1);
  const auto workload = make_workload(request.block, 1);
  const auto cells = open_cells(request, request.aa_copies, *workload, rng);
  std::vector<std::string> names;
  for (const OpenCell& c : cells) {
    names.push_back(c.name);
    EXPECT_EQ(c.aa, c.name.find('#') != std::string::npos);
    EXPECT_EQ(c.strategy, c.name.substr(0, c.name.find('#')));
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"percpu_pool", "null", "percpu_pool#2", "percpu_pool#3"}));
}

TEST_F(OpenCells, EachSeedDrawsPlacesInTheHeap) {
  const RoundRequest request = request_of(small_block(), {"percpu_pool", "null"});
  const auto workload = make_workload(request.block, 1);
  const auto shared = [] { return gfp_accounting()->ledger().of(Owner::shared); };
  const Account before = shared();
  std::set<std::uint64_t> taken;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Rng rng(seed);
    const auto cells = open_cells(request, 0, *workload, rng);
    taken.insert(shared().blocks - before.blocks);
  }
  EXPECT_EQ(taken.size(), 4U);
  EXPECT_EQ(shared(), before);
}

}  // namespace
}  // namespace tfm::bench::test
