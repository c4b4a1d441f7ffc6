// SPDX-License-Identifier: MIT
#include "bench/cell/kinds.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace tfm::bench {

Kinds::Kinds(const Block& block, const Algorithm& algorithm, std::size_t own_scratch_bytes) {
  const std::vector<std::uint32_t> users = scratch_users(block.scratch);
  for (const std::uint32_t bytes : users) {
    if (bytes < own_scratch_bytes) {
      throw std::runtime_error(fmt::format("scratch of {} bytes is less than the {} that {} needs",
                                           bytes, own_scratch_bytes, block.workload));
    }
  }
  if (block.algorithms == 0) throw std::runtime_error("algorithms is 0: a socket needs one");
  if (block.algorithms > 1 && users.size() > 1) {
    throw std::runtime_error(fmt::format("{} algorithms and scratch \"{}\": only one may vary",
                                         block.algorithms, block.scratch));
  }
  const std::size_t first_scratch = users.empty() ? own_scratch_bytes : users.front();
  const Algorithm& library = library_form(algorithm);
  kinds_.push_back({&algorithm, &library, first_scratch});
  for (std::uint32_t number = 2; number <= block.algorithms; ++number) {
    const Algorithm& first = alias(algorithm, number);
    kinds_.push_back(
        {&first, &library == &algorithm ? &first : &alias(library, number), first_scratch});
  }
  for (std::size_t user = 1; user < users.size(); ++user) {
    kinds_.push_back({&algorithm, &library, users[user]});
  }
  if (kinds_.size() > block.sockets) {
    throw std::runtime_error(fmt::format("{} kinds of sockets need as many sockets (there are {})",
                                         kinds_.size(), block.sockets));
  }
}

const Algorithm& Kinds::alias(const Algorithm& algorithm, std::uint32_t number) {
  aliases_.push_back(algorithm);
  aliases_.back().name = names_.emplace_back(fmt::format("{}#{}", algorithm.name, number));
  return aliases_.back();
}

}  // namespace tfm::bench
