// SPDX-License-Identifier: MIT
#include "tests/bench/support.hpp"

#include "bench/cell/pairs.hpp"

namespace tfm::bench::test {

Block small_block(std::string workload, std::string algorithm, std::string provider) {
  Block block;
  block.workload = std::move(workload);
  block.algorithm = std::move(algorithm);
  block.provider = std::move(provider);
  block.sockets = 32;
  block.possible_cpus = 2;
  block.forged_percent = 10;
  return block;
}

std::optional<Block> block_with(const Algorithm& algorithm) {
  std::optional<Block> block;
  for_each_protocol([&]<class P>() {
    if (block || !P::supports(algorithm)) return;
    block = block_of<P>();
    block->algorithm = algorithm.name;
    block->provider = algorithm.provider;
  });
  return block;
}

std::vector<Registered> strategies_for(const Block& block) {
  const Algorithm& algorithm = *find_algorithm(block.algorithm, block.provider);
  std::vector<Registered> all;
  for_each_protocol([&]<class P>() {
    if (!block.workload.starts_with(std::string(P::name) + "/")) return;
    const Kinds kinds(block, algorithm, P(algorithm, {}).scratch_bytes());
    const auto add = [&]<class S>() {
      if (!has_pair(S::name, P::name)) return;
      for (std::uint32_t i = 0; i < kinds.size(); ++i) {
        const Kind& kind = kinds.of(i);
        if (!refuses<S>(*kind.algorithm, kind.scratch_bytes).empty()) return;
      }
      all.push_back(
          {S::name, in_flight<S>(), BatchedStrategy<S>,
           [](const Algorithm& a, Direction d) { return fast_path_allocations<S>(a, d); }});
    };
    block.key == "prepared" ? for_each_prepared_strategy(add) : for_each_strategy(add);
  });
  return all;
}

std::unique_ptr<Cell> opened(const Workload& workload, std::string_view strategy) {
  auto cell = std::move(workload.cell(strategy).value());
  EXPECT_EQ(cell->open(), Errno::ok) << strategy;
  return cell;
}

std::vector<std::vector<std::uint8_t>> bytes_of(const Trace& trace) {
  std::vector<std::vector<std::uint8_t>> all;
  for (const Skb& skb : trace.skbs()) all.emplace_back(skb.bytes().begin(), skb.bytes().end());
  return all;
}

void expect_balanced(const Tally& t) {
  EXPECT_EQ(
      t.sent + t.accepted + t.forged_refused + t.forged_accepted + t.genuine_refused + t.drops,
      t.packets);
  EXPECT_EQ(t.forged_accepted, 0U);
  EXPECT_EQ(t.genuine_refused, 0U);
  EXPECT_LE(t.forged_refused, t.forged);
  EXPECT_LE(t.allocation_failures, t.drops);
}

}  // namespace tfm::bench::test
