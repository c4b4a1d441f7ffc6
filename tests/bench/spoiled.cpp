// SPDX-License-Identifier: MIT
#include "tests/bench/spoiled.hpp"

namespace tfm::bench::test {

std::unique_ptr<Cell> spoiled_cell(const WorkloadOf<TcpAo>& workload,
                                   std::unique_ptr<Spoiled> strategy) {
  return std::make_unique<CellOf<Spoiled, TcpAo>>(workload, std::move(strategy));
}

SpoiledTcpAo::SpoiledTcpAo(const Block& block, Make make)
    : TypedWorkload<TcpAo>(block), make_(make) {}

Result<std::unique_ptr<Cell>> SpoiledTcpAo::cell(std::string_view strategy) const {
  if (strategy != Spoiled::name) return WorkloadOf<TcpAo>::cell(strategy);
  return spoiled_cell(*this, std::make_unique<Spoiled>(make_()));
}

}  // namespace tfm::bench::test
