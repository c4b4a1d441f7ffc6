// SPDX-License-Identifier: MIT
// The estimate of memory: what it depends on, against measured rounds, and what is refused.
#include "bench/driver/memory_wanted.hpp"

#include <gtest/gtest.h>

namespace tfm::bench {
namespace {

constexpr std::uint64_t mib = 1 << 20;

Block a_block(std::uint32_t sockets) {
  Block block;
  block.workload = "tcp_ao/bgp_update";
  block.algorithm = "hmac(sha1)";
  block.sockets = sockets;
  return block;
}

const std::vector<std::string> few = {"null", "percpu_pool", "per_socket_tfm"};

Matrix a_matrix() {
  Matrix matrix;
  matrix.baseline = "percpu_pool";
  return matrix;
}

std::uint64_t wanted(const Block& block, Pass pass = Pass::timed,
                     const std::vector<std::string>& strategies = few) {
  return memory_wanted({"id", block, {pass}, strategies, {}}, pass, a_matrix());
}

TEST(MemoryWanted, GrowsWithEachThingThatTakesMemory) {
  const std::uint64_t plain = wanted(a_block(10'000));
  EXPECT_GT(wanted(a_block(20'000)), plain);
  EXPECT_GT(
      wanted(a_block(10'000), Pass::timed, {"null", "percpu_pool", "per_socket_tfm", "mempool"}),
      plain);
  const auto with = [&](auto&& change) {
    Block block = a_block(10'000);
    change(block);
    return wanted(block);
  };
  EXPECT_GT(with([](Block& b) { b.workload = "tcp_ao/mtu"; }), plain);
  EXPECT_GT(with([](Block& b) { b.provider = "openssl"; }), plain);
  EXPECT_GT(with([](Block& b) { b.heap = "aged"; }), plain);
  EXPECT_GT(with([](Block& b) { b.possible_cpus = 4096; }), plain);
  EXPECT_GT(with([](Block& b) { b.flow_run = 8; }), plain);
  EXPECT_GT(with([](Block& b) { b.algorithms = 100; }), plain) << "per-CPU transforms";
  EXPECT_EQ(with([](Block& b) { b.cache = "polluted:1024"; }), plain + mib);
  EXPECT_EQ(with([](Block& b) {
              b.cache = "polluted:1024";
              b.cpus = 2;
            }) - with([](Block& b) { b.cpus = 2; }),
            2 * mib);
}

TEST(MemoryWanted, CopiesOfTheBaselineAreOpenWhileItIsTimed) {
  const auto with_copies = [](std::uint32_t copies, Pass pass) {
    Matrix matrix = a_matrix();
    matrix.aa_copies = copies;
    return memory_wanted({"id", a_block(10'000), {pass}, few, {}}, pass, matrix);
  };
  EXPECT_GT(with_copies(3, Pass::timed), with_copies(1, Pass::timed));
  EXPECT_EQ(with_copies(3, Pass::counted), with_copies(1, Pass::counted));
}

TEST(MemoryWanted, CountedCellsAreOpenOneAfterTheOther) {
  const std::uint64_t one = wanted(a_block(100'000), Pass::counted, {"percpu_pool", "mempool"});
  EXPECT_EQ(wanted(a_block(100'000), Pass::counted, {"percpu_pool", "mempool", "skb_request"}),
            one);
}

TEST(MemoryWanted, AZoneTakesItsPages) {
  Block block = a_block(1000);
  block.pages = 1024;
  const std::uint64_t small = wanted(block, Pass::pressure);
  block.pages = 2048;
  EXPECT_EQ(wanted(block, Pass::pressure), small + 4 * mib);
}

TEST(MemoryWanted, InWords) {
  EXPECT_EQ(memory_text(38 * mib), "38 MiB");
  EXPECT_EQ(memory_text(std::uint64_t{9318} * mib), "9.1 GiB");
}

TEST(MemoryWanted, RefusesWhatIsTooLargeAndNamesTheLargest) {
  Plan plan;
  for (const std::uint32_t sockets : {10U, 1'000'000U, 4'000'000U, 1'000'000U}) {
    plan.blocks.push_back(
        {"sockets" + std::to_string(sockets), a_block(sockets), {Pass::timed}, few, {}});
  }
  std::vector<Job> jobs;
  for (std::size_t b = 0; b < plan.blocks.size(); ++b)
    jobs.push_back({b, Pass::timed, 0, 0, 1, ""});
  const Matrix matrix = a_matrix();
  EXPECT_EQ(too_large(plan, jobs, matrix, std::uint64_t{1} << 40), std::nullopt);
  const std::uint64_t middle = memory_wanted(plan.blocks[1], Pass::timed, matrix);
  const std::uint64_t most = memory_wanted(plan.blocks[2], Pass::timed, matrix);
  EXPECT_EQ(too_large(plan, jobs, matrix, most), std::nullopt) << "it just fits";
  EXPECT_EQ(too_large(plan, jobs, matrix, middle),
            "a block is too large for the " + memory_text(middle) +
                " of memory available here: a timed round of sockets4000000 wants about " +
                memory_text(most) +
                "; leave such blocks out (--filter sockets=...), or free memory");
  const std::string several = *too_large(plan, jobs, matrix, middle - 1);
  EXPECT_TRUE(several.starts_with("3 blocks are too large for the " + memory_text(middle - 1)));
  EXPECT_NE(several.find("round of sockets4000000 wants"), std::string::npos) << several;
  EXPECT_EQ(too_large(plan, {jobs[0]}, matrix, middle), std::nullopt) << "another shard's";
}

}  // namespace
}  // namespace tfm::bench
