// SPDX-License-Identifier: MIT
// Instantiates all cells of one protocol: TFM_PROTOCOL is its index in the registry. Each protocol
// has its own object file, because all in one would take minutes to compile.
#include "bench/cell/cell_of.hpp"
#include "bench/cell/draw_workload.hpp"
#include "bench/cell/pairs.hpp"
#include "strategies/registry.hpp"
#include "workloads/registry.hpp"

namespace tfm::bench {

static_assert(TFM_PROTOCOLS == ProtocolList::size, "a protocol is one header and one type");

template <Protocol P>
Result<std::unique_ptr<Cell>> WorkloadOf<P>::cell(std::string_view strategy) const {
  Result<std::unique_ptr<Cell>> cell = error(Errno::enoent);
  const auto make = [&]<class S>() {
    if (cell || cell.error() != Errno::enoent || S::name != strategy) return;
    if constexpr (!has_pair(S::name, P::name)) {
      cell = error(Errno::eopnotsupp);
    } else if (auto made = create<S>(StrategyOptions{.possible_cpus = possible_cpus_})) {
      cell = std::make_unique<CellOf<S, P>>(*this, std::move(*made));
    } else {
      cell = error(made.error());
    }
  };
  for_each_strategy(prepared_ ? KeyForm::prepared : KeyForm::raw, make);
  return cell;
}

template class WorkloadOf<ProtocolList::At<TFM_PROTOCOL>>;

}  // namespace tfm::bench
