// SPDX-License-Identifier: MIT
// Runs of a flow: packets of one socket in a row, as a NAPI batch has them. GRO does not merge them
// if each has a MAC of its own.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/rng.hpp"
#include "runtime/skb.hpp"
#include "workloads/traffic/choice.hpp"

namespace tfm {

/// Chooses the sockets of a CPU's packets. The lengths of runs are geometric: after each packet a
/// run ends with probability 1 / `mean`. Each direction has its own runs, in the order of its own
/// packets: a run goes on in the next poll of its direction, as packets stay in order in a NIC's
/// ring when a poll has taken its 64. A new run can be of the same socket as the one before.
class FlowRuns {
 public:
  /// `mean` is at least 1. With 1 each packet's socket is drawn, and nothing else. `choice` must
  /// outlive this.
  FlowRuns(const SocketChoice& choice, std::uint32_t mean) noexcept
      : choice_(choice), mean_(mean) {}

  /// The socket of the direction's next packet.
  std::uint32_t next(Direction direction, Rng& rng) noexcept {
    std::optional<std::uint32_t>& socket = socket_[static_cast<unsigned>(direction)];
    const bool goes_on = socket && mean_ > 1 && rng.below(mean_) != 0;
    if (!goes_on) socket = choice_.draw(rng);
    return *socket;
  }

 private:
  const SocketChoice& choice_;
  std::uint32_t mean_;
  std::optional<std::uint32_t> socket_[2];  // of the direction's last packet
};

}  // namespace tfm
