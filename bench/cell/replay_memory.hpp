// SPDX-License-Identifier: MIT
// What the receivers of a cell remember of its trace, for protocols that refuse replays.
#pragma once

#include <type_traits>
#include <vector>

#include "bench/cell/workload_of.hpp"

namespace tfm::bench {

/// By socket. What a receiver remembers holds for one lap of the trace: its packets come again as
/// they were. Nothing where the protocol remembers nothing.
template <Protocol P>
class ReplayMemory {
 public:
  using State = typename P::State;

  explicit ReplayMemory(const WorkloadOf<P>& workload)
      : workload_(workload), sockets_(remembers ? workload.sockets() : 0) {}

  /// The socket's memory of this lap, for a packet that has arrived. A replay whose original was
  /// not accepted would be none: where the lap began behind it, or it was dropped, it is remembered
  /// all the same.
  State& of([[maybe_unused]] const Skb& skb, [[maybe_unused]] std::uint32_t lap) noexcept {
    if constexpr (remembers) {
      Remembered& r = sockets_[skb.socket];
      if (r.lap != lap) [[unlikely]]
        r = {lap};
      if (skb.forged && !r.last_accepted && workload_.is_replay(skb)) [[unlikely]] {
        const auto found = workload_.protocol().find(workload_.connection(skb.socket), skb);
        workload_.protocol().replay_advance(r.state, found);
      }
      return r.state;
    } else {
      static constinit thread_local State nothing{};
      return nothing;
    }
  }

  /// What became of a packet that has arrived: every one is told of, in their order, those too that
  /// were dropped before anyone looked at them.
  void note([[maybe_unused]] const Skb& received, [[maybe_unused]] bool accepted) noexcept {
    if constexpr (remembers) {
      if (!received.forged) sockets_[received.socket].last_accepted = accepted;
    }
  }

 private:
  static constexpr bool remembers = !std::is_empty_v<State>;
  struct Remembered {
    std::uint32_t lap = 0;
    bool last_accepted = false;  ///< of the genuine packets
    State state{};
  };

  const WorkloadOf<P>& workload_;
  std::vector<Remembered> sockets_;
};

}  // namespace tfm::bench
