// SPDX-License-Identifier: MIT
#include "bench/cell/marked_cell.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "bench/cell/marked_cell_of.hpp"
#include "workloads/registry.hpp"

namespace tfm::bench {

std::unique_ptr<MarkedCell> make_marked_cell(const Workload& workload, const std::string& strategy,
                                             std::uint64_t seed) {
  Result<std::unique_ptr<MarkedCell>> cell = error(Errno::enoent);
  ProtocolList::for_each([&]<class P>() {
    const auto* const own = dynamic_cast<const WorkloadOf<P>*>(&workload);
    if (own != nullptr) cell = marked_cell_of(*own, strategy, seed);
  });
  if (!cell) {
    throw std::runtime_error(fmt::format("{} cannot be made: {}", strategy, name(cell.error())));
  }
  return std::move(*cell);
}

}  // namespace tfm::bench
