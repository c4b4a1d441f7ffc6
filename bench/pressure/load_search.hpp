// SPDX-License-Identifier: MIT
// The highest offered load that a strategy bears: searched by trials that differ in the load alone.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace tfm::bench {

/// Packets offered at one load, and what became of those that were lost.
struct Trial {
  double offered_pps = 0;
  std::uint64_t packets = 0;
  std::uint64_t ring_losses = 0;       ///< no slot of the ring was free
  std::uint64_t skb_losses = 0;        ///< a slot, but no memory for the skb
  std::uint64_t operation_losses = 0;  ///< an skb, but no memory for the operation

  std::uint64_t losses() const noexcept { return ring_losses + skb_losses + operation_losses; }
};

struct LoadSearch {
  double service_ns = 0;                 ///< of a received packet, measured without the zone
  std::uint32_t slots = 0;               ///< of the ring
  std::uint64_t packets = 0;             ///< offered in each trial
  std::optional<double> lossless_pps{};  ///< nothing: packets are lost at any load tried
  std::optional<double> half_percent_loss_pps{};  ///< at most one packet in 200 is lost
  std::vector<Trial> trials{};                    ///< ascending by offered_pps
};

/// Trials are made at capacity * 1.01^k, where the capacity is 1 / service_ns. First at these k,
/// from a 64th of the capacity to twice, beyond which a ring that is filled faster than it is
/// emptied must overflow: they show loss against load. Then by bisection between the highest of
/// them that loses no more than allowed and the next: the load found bears, the one 1 % above does
/// not.
inline constexpr double load_step = 1.01;
inline constexpr std::array load_steps = {-418, -279, -139, -70, -29, -11, 0, 10, 22, 41, 70};

/// `trial(pps)` gives the same result for the same load.
LoadSearch search_loads(double service_ns, std::uint32_t slots, std::uint64_t packets,
                        const std::function<Trial(double pps)>& trial);

}  // namespace tfm::bench
