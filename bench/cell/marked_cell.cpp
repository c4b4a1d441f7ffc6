// SPDX-License-Identifier: MIT
#include "bench/cell/marked_cell.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "bench/cell/marked_cell_of.hpp"
#include "bench/cell/marks.hpp"
#include "bench/words.hpp"
#include "strategies/registry.hpp"
#include "workloads/registry.hpp"

namespace tfm::bench {
namespace {

constinit decltype(Algorithm::final) own_final = nullptr;

Errno marked_final(void* request, void* transform, MutableBytes digest) noexcept {
  mark<Mark::final>();
  return own_final(request, transform, digest);
}

const Algorithm& marked(const Algorithm& algorithm) {
  static Algorithm copy;
  copy = algorithm;
  own_final = algorithm.final;
  if (own_final != nullptr) copy.final = marked_final;
  return copy;
}

}  // namespace

std::unique_ptr<Workload> make_marked_workload(const Block& block, std::string_view strategy,
                                               std::uint64_t seed, std::size_t most_packets) {
  const std::vector<std::string> parts = split(block.workload, '/');
  const Algorithm& own = *algorithm_of(block);
  bool library = false;
  for_each_strategy([&]<class S>() { library |= S::name == strategy && is_library<S>(); });
  const Algorithm& algorithm = marked(library ? library_form(own) : own);
  std::unique_ptr<Workload> workload;
  ProtocolList::for_each([&]<class P>() {
    if (P::name != parts[0]) return;
    workload = std::make_unique<WorkloadOf<P>>(block, algorithm, *sizes_named(parts[1]), seed,
                                               most_packets);
  });
  return workload;
}

std::unique_ptr<MarkedCell> make_marked_cell(const Workload& workload, const Block& block,
                                             const std::string& strategy, std::uint64_t seed) {
  Result<std::unique_ptr<MarkedCell>> cell = error(Errno::enoent);
  ProtocolList::for_each([&]<class P>() {
    const auto* const own = dynamic_cast<const WorkloadOf<P>*>(&workload);
    if (own != nullptr) cell = marked_cell_of(*own, block, strategy, seed);
  });
  if (!cell) {
    throw std::runtime_error(fmt::format("{} cannot be made: {}", strategy, name(cell.error())));
  }
  return std::move(*cell);
}

}  // namespace tfm::bench
