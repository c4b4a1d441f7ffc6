// SPDX-License-Identifier: MIT
// The time of a packet with each strategy, for rounds in virtual time.
#pragma once

#include <optional>
#include <vector>

#include "bench/block.hpp"
#include "bench/cell/workload.hpp"
#include "bench/machine/clock.hpp"
#include "bench/machine/huge_pages.hpp"
#include "bench/machine/team.hpp"
#include "runtime/rng.hpp"
#include "runtime/skb.hpp"

namespace tfm::bench {

struct ServiceTimes {
  std::vector<double> ns;              ///< per packet, in the order of the request's strategies
  std::optional<HugePageShare> pages;  ///< once they were timed; nothing if the kernel says nothing
};

/// ns per packet for each strategy of the request, or per packet of one direction. Bytes are
/// checked first; then the strategies are measured in turns, as in a timed round. Throws
/// std::runtime_error with one line if a cell cannot be made or timed, or its bytes are wrong.
ServiceTimes service_times(const RoundRequest& request, const Workload& workload, Team& team,
                           const Clock& clock, Rng& rng,
                           std::optional<Direction> direction = std::nullopt);

}  // namespace tfm::bench
