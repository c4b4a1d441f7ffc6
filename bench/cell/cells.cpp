// SPDX-License-Identifier: MIT
// Where every strategy meets a protocol: the one whose place in the registry TFM_PROTOCOL says. An
// object for each, since all of them at once would take a compiler minutes.
#include "bench/cell/cell_of.hpp"
#include "bench/cell/pairs.hpp"
#include "bench/cell/workload_of.hpp"
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

template Result<std::unique_ptr<Cell>> WorkloadOf<ProtocolList::At<TFM_PROTOCOL>>::cell(
    std::string_view) const;

}  // namespace tfm::bench
