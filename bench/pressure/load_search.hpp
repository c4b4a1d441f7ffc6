// SPDX-License-Identifier: MIT
// The highest offered load that a strategy can take, found by trials that differ only in the load.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace tfm::bench {

/// Packets offered at one load, and the losses by reason.
struct Trial {
  double offered_pps = 0;
  std::uint64_t packets = 0;
  std::uint64_t ring_losses = 0;       ///< no slot of the ring was free
  std::uint64_t skb_losses = 0;        ///< a slot was free, but no memory for the skb
  std::uint64_t operation_losses = 0;  ///< an skb was allocated, but no memory for the operation

  std::uint64_t losses() const noexcept { return ring_losses + skb_losses + operation_losses; }
};

struct LoadSearch {
  double service_ns = 0;                 ///< time of a received packet, measured without the zone
  std::uint32_t slots = 0;               ///< slots of the ring
  std::uint64_t packets = 0;             ///< packets offered in each trial
  std::optional<double> lossless_pps{};  ///< nothing: packets are lost at every load tried
  std::optional<double> half_percent_loss_pps{};  ///< at most one packet in 200 is lost
  std::vector<Trial> trials{};                    ///< ascending by offered_pps
};

/// Trials run at capacity * 1.01^k; the capacity is 1 / service_ns. The first trials have these k,
/// from 1/64 of the capacity to twice the capacity. They show loss against load. Beyond that, the
/// ring fills faster than it empties and must overflow. A bisection follows between the highest of
/// these loads with no more losses than allowed and the next one. The load found keeps the limit,
/// and the load 1 % above does not.
inline constexpr double load_step = 1.01;
inline constexpr std::array load_steps = {-418, -279, -139, -70, -29, -11, 0, 10, 22, 41, 70};

/// `trial(pps)` must give the same result for the same load.
LoadSearch search_loads(double service_ns, std::uint32_t slots, std::uint64_t packets,
                        const std::function<Trial(double pps)>& trial);

}  // namespace tfm::bench
