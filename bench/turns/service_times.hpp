// SPDX-License-Identifier: MIT
// The time of a packet with each strategy, for rounds in virtual time.
#pragma once

#include <optional>
#include <vector>

#include "bench/block.hpp"
#include "bench/cell/workload.hpp"
#include "bench/machine/clock.hpp"
#include "bench/machine/team.hpp"
#include "runtime/rng.hpp"
#include "runtime/skb.hpp"

namespace tfm::bench {

/// ns per packet for each strategy of the request, or per packet of one direction. Bytes are
/// checked first; then the strategies are measured in turns, as in a timed round. Throws
/// std::runtime_error with one line if a cell cannot be made or timed, or its bytes are wrong.
std::vector<double> service_times(const RoundRequest& request, const Workload& workload, Team& team,
                                  const Clock& clock, Rng& rng,
                                  std::optional<Direction> direction = std::nullopt);

}  // namespace tfm::bench
