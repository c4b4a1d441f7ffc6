// SPDX-License-Identifier: MIT
// How many packets a trace has.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "workloads/traffic/trace.hpp"

namespace tfm::bench {

/// With runs, the most packets of the traces of all CPUs together: less than 0.5 GB of packets of
/// 200 bytes. A cell handles about as many in a round, so it hardly meets a run twice.
inline constexpr std::size_t most_packets_for_runs = std::size_t{1} << 20;

/// The packets of one CPU with that many sockets: twice as many as sockets, and at least 64 polls.
/// With runs (`flow_run` above 1), twice as many runs as sockets, up to most_packets_for_runs. As
/// many packets as without runs would visit few of the sockets, and their state would stay in the
/// cache.
constexpr std::size_t trace_packets(std::uint32_t sockets, std::uint32_t flow_run,
                                    unsigned cpus) noexcept {
  const std::size_t twice = std::size_t{2} * sockets;
  const std::size_t for_runs = std::min(twice * flow_run, most_packets_for_runs / cpus);
  return std::max({twice, for_runs, std::size_t{64} * poll_packets});
}

}  // namespace tfm::bench
