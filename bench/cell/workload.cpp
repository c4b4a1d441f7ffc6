// SPDX-License-Identifier: MIT
#include "bench/cell/workload.hpp"

#include <fmt/format.h>

#include "bench/axes/axis.hpp"
#include "bench/cell/workload_of.hpp"
#include "bench/words.hpp"
#include "workloads/registry.hpp"

namespace tfm::bench {

std::unique_ptr<Workload> make_workload(const Block& block, std::uint64_t seed,
                                        std::size_t most_packets) {
  if (const std::string wrong = wrong_axis_value(block); !wrong.empty()) {
    throw std::runtime_error(wrong);
  }
  const std::vector<std::string> parts = split(block.workload, '/');
  const Sizes sizes = *sizes_named(parts[1]);
  const Algorithm* algorithm = algorithm_of(block);
  if (algorithm == nullptr) {
    const std::string behind = block.api == "flat" ? "" : " with api=" + block.api;
    throw std::runtime_error(
        fmt::format("provider {} has no algorithm {}{}", block.provider, block.algorithm, behind));
  }
  if (block.cpus == 0 || block.cpus > block.sockets || block.cpus > block.possible_cpus) {
    throw std::runtime_error(
        fmt::format("{} CPUs need as many sockets (there are {}) and possible CPUs ({})",
                    block.cpus, block.sockets, block.possible_cpus));
  }
  std::unique_ptr<Workload> workload;
  ProtocolList::for_each([&]<class P>() {
    if (P::name != parts[0]) return;
    if (!P::supports(*algorithm)) {
      throw std::runtime_error(fmt::format("{} does not take {}", P::name, algorithm->name));
    }
    workload = std::make_unique<WorkloadOf<P>>(block, *algorithm, sizes, seed, most_packets);
  });
  return workload;
}

std::unique_ptr<Cell> make_cell(const Workload& workload, const std::string& strategy) {
  auto cell = workload.cell(strategy);
  if (!cell) {
    throw std::runtime_error(fmt::format("{} cannot be made: {}", strategy, name(cell.error())));
  }
  return std::move(*cell);
}

void open_sockets(CellSockets& sockets, std::string_view cell_name) {
  if (const Errno e = sockets.open(); failed(e)) {
    throw std::runtime_error(fmt::format("{} cannot open its sockets: {}", cell_name, name(e)));
  }
}

}  // namespace tfm::bench
