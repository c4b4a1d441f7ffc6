// SPDX-License-Identifier: MIT
#include "bench/driver/counted_blocks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/axes/combinations.hpp"
#include "strategies/registry.hpp"

namespace tfm::bench {
namespace {

/// The block as a turn sees it.
Block as_counted(Block block) {
  const Block usual;
  block.cache = usual.cache;
  block.load = usual.load;
  block.choice = usual.choice;
  block.flow_run = usual.flow_run;
  block.forged_percent = usual.forged_percent;
  block.churn_percent = usual.churn_percent;
  block.heap = usual.heap;
  block.page_size = usual.page_size;
  block.pages = usual.pages;
  block.ring = usual.ring;
  block.in_flight = usual.in_flight;
  block.engine_ns = usual.engine_ns;
  block.faults = usual.faults;
  return block;
}

/// The reason why the block cannot be counted, or empty.
std::string not_counted(const Block& block) {
  if (!suited_passes(block).contains(Pass::timed)) return "it has no timed rounds";
  if (block.cpus != 1) return "instructions are counted on one CPU: set cpus=1";
  if (block.workload.ends_with("/imix")) return "its packets have no one size";
  if (block.allocator == "mimalloc" || block.allocator == "tcmalloc") {
    return fmt::format("{} is loaded when asked for, and is not where it is counted",
                       block.allocator);
  }
  return {};
}

/// Whether the strategy's packets come in batches, whose phases overlap.
bool in_batches(std::string_view strategy) {
  bool found = false;
  for_each_strategy(KeyForm::raw, [&]<class S>() {
    if (S::name == strategy) found = BatchedStrategy<S>;
  });
  return found;
}

}  // namespace

CountedBlocks counted_blocks(const Plan& plan) {
  CountedBlocks counted;
  const auto leave_out = [&](const std::string& line) {
    if (std::find(counted.left_out.begin(), counted.left_out.end(), line) == counted.left_out.end())
      counted.left_out.push_back(line);
  };
  for (const PlannedBlock& planned : plan.blocks) {
    PlannedBlock block = planned;
    block.block = as_counted(planned.block);
    block.id = block_id(block.block);
    if (const std::string reason = not_counted(block.block); !reason.empty()) {
      leave_out(fmt::format("{} is not counted: {}", block.id, reason));
      continue;
    }
    std::erase_if(block.strategies, [&](const std::string& strategy) {
      if (!in_batches(strategy)) return false;
      leave_out(fmt::format(
          "{} is not counted: its packets are in flight at once, and their phases overlap",
          strategy));
      return true;
    });
    const auto same = [&](const PlannedBlock& other) { return other.id == block.id; };
    if (!block.strategies.empty() && std::ranges::none_of(counted.blocks, same))
      counted.blocks.push_back(std::move(block));
  }
  return counted;
}

}  // namespace tfm::bench
