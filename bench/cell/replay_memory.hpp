// SPDX-License-Identifier: MIT
// The replay state of a cell's receivers, for protocols that refuse replays.
#pragma once

#include <type_traits>
#include <vector>

#include "bench/cell/workload_of.hpp"

namespace tfm::bench {

/// One state per socket. It is valid for one lap of the trace, because the next lap brings the same
/// packets again. Empty if the protocol has no replay state.
template <Protocol P>
class ReplayMemory {
 public:
  using State = typename P::State;

  explicit ReplayMemory(const WorkloadOf<P>& workload)
      : workload_(workload), sockets_(remembers ? workload.sockets() : 0) {}

  /// The socket's state in this lap, for a packet that has arrived. The trace expects every replay
  /// to be refused. If its original was not accepted (the lap began after it, or it was dropped),
  /// the state is advanced here as if it had been.
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

  /// Adds the memory of the socket's state, if the protocol has one.
  void add_block([[maybe_unused]] std::uint32_t socket,
                 [[maybe_unused]] std::vector<Bytes>& blocks) const {
    if constexpr (remembers) blocks.push_back(memory_of(sockets_[socket]));
  }

  /// Records the outcome of a packet that has arrived. Must be called for every packet in order of
  /// arrival, also for packets that were dropped before a strategy saw them.
  void note([[maybe_unused]] const Skb& received, [[maybe_unused]] bool accepted) noexcept {
    if constexpr (remembers) {
      if (!received.forged) sockets_[received.socket].last_accepted = accepted;
    }
  }

 private:
  static constexpr bool remembers = !std::is_empty_v<State>;
  struct Remembered {
    std::uint32_t lap = 0;
    bool last_accepted = false;  ///< whether the last genuine packet was accepted
    State state{};
  };

  const WorkloadOf<P>& workload_;
  std::vector<Remembered> sockets_;
};

}  // namespace tfm::bench
