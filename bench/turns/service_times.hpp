// SPDX-License-Identifier: MIT
// What a packet costs each strategy, for rounds that go on in virtual time.
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

/// ns per packet of each of the request's strategies, or per packet of one direction, their bytes
/// checked, measured in turns as in a timed round. Throws std::runtime_error with one line if a
/// cell cannot be made or timed, or its bytes are wrong.
std::vector<double> service_times(const RoundRequest& request, const Workload& workload, Team& team,
                                  const Clock& clock, Rng& rng,
                                  std::optional<Direction> direction = std::nullopt);

}  // namespace tfm::bench
