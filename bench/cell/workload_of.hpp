// SPDX-License-Identifier: MIT
// A workload with its protocol: its connections, their keys and the packets. draw_workload.hpp
// draws them. cells.cpp compiles that once for each registered protocol.
#pragma once

#include <algorithm>
#include <vector>

#include "bench/block.hpp"
#include "bench/cell/kinds.hpp"
#include "bench/cell/workload.hpp"
#include "workloads/traffic/sizes.hpp"
#include "workloads/traffic/trace.hpp"

namespace tfm::bench {

template <Protocol P>
class WorkloadOf : public Workload {
 public:
  WorkloadOf(const Block& block, const Algorithm& algorithm, const Sizes& sizes, std::uint64_t seed,
             std::size_t most_packets = SIZE_MAX);

  Result<std::unique_ptr<Cell>> cell(std::string_view strategy) const override;

  void derive_keys() override;

  unsigned cpus() const override { return static_cast<unsigned>(traces_.size()); }
  std::uint64_t polls(unsigned cpu) const override { return traces_[cpu].polls(); }

  const Algorithm& algorithm() const noexcept { return algorithm_; }
  /// The kind of socket i, and the number of kinds.
  const Kind& kind(std::uint32_t i) const noexcept { return kinds_.of(i); }
  std::uint32_t kinds() const noexcept { return static_cast<std::uint32_t>(kinds_.size()); }
  const P& protocol() const noexcept { return protocol_; }
  std::uint32_t sockets() const noexcept { return sockets_; }
  unsigned possible_cpus() const noexcept { return possible_cpus_; }
  double churn_per_poll() const noexcept { return churn_per_poll_; }
  /// Where the packets of a direction are handled: received ones in softirq, sent ones there only
  /// if the block says so (`tx`).
  bool in_softirq(Direction direction) const noexcept {
    return direction == Direction::rx || tx_in_softirq_;
  }
  const typename P::Connection& connection(std::uint32_t i) const noexcept {
    return connections_[i];
  }
  Result<TrafficKeys> keys(std::uint32_t i) const {
    return derived_.empty() ? protocol_.keys(connections_[i]) : derived_[i].established;
  }
  /// The keys of the first segments if the protocol authenticates a handshake, else the same as
  /// keys().
  Result<TrafficKeys> handshake_keys(std::uint32_t i) const {
    return derived_.empty() ? derive_handshake_keys(i) : derived_[i].handshake;
  }
  const Trace& trace(unsigned cpu) const noexcept { return traces_[cpu]; }
  /// Prefetches the headers of a packet that comes soon after poll[k], as drivers do
  /// (net_prefetch()), and its connection. This is the same for every strategy. A strategy's own
  /// memory is never prefetched.
  void prefetch_after(const Skb* poll, unsigned k) const noexcept {
    constexpr unsigned ahead = 3;
    if (k + ahead >= poll_packets) return;
    __builtin_prefetch(poll[k + ahead].data);
    __builtin_prefetch(&connection(poll[k + ahead].socket));
  }
  /// Whether the packet repeats an earlier packet of its trace.
  bool is_replay(const Skb& skb) const noexcept {
    return std::ranges::binary_search(replays_, &skb);
  }
  /// The same packets for `null`: with zero MACs, and none forged.
  const Trace& zero_trace(unsigned cpu) const noexcept { return zero_traces_[cpu]; }

 private:
  struct DerivedKeys {
    Result<TrafficKeys> established, handshake;
  };

  /// What is wrong with a received packet.
  enum class Bad { not_at_all, flipped, cut, replay };

  /// How a planned packet is built.
  struct Draft {
    std::uint32_t number;  ///< of its connection's packets in its direction
    Bad bad = Bad::not_at_all;
  };

  static ProtocolOptions protocol_options(const Block& block, std::uint64_t seed);
  Result<TrafficKeys> derive_handshake_keys(std::uint32_t i) const;

  // They draw the packets: draw_workload.hpp.
  std::vector<PlannedPacket> draw(const Block& block, const Sizes& sizes, unsigned cpu,
                                  std::size_t most_packets, Rng& rng) const;
  std::vector<Draft> number(const std::vector<PlannedPacket>& plan) const;
  void draw_bad(std::vector<PlannedPacket>& plan, std::vector<Draft>& drafts, double forged,
                Rng& rng) const;
  static Bad draw_bad(Rng& rng, bool any_accepted) noexcept;
  std::size_t headroom_bytes() const noexcept;
  Trace build_zero(const std::vector<PlannedPacket>& plan, const std::vector<Draft>& drafts) const;
  Trace build(const std::vector<PlannedPacket>& plan, const std::vector<Draft>& drafts, Rng& rng);
  void flip(Skb& skb, Rng& rng) const noexcept;

  const Algorithm& algorithm_;
  P protocol_;
  Kinds kinds_;
  std::uint32_t sockets_;
  unsigned possible_cpus_;
  bool prepared_;
  double churn_per_poll_;
  bool tx_in_softirq_;
  std::vector<typename P::Connection> connections_;
  std::vector<DerivedKeys> derived_;  // empty: keys are derived when a socket opens
  std::vector<Trace> traces_;
  std::vector<Trace> zero_traces_;
  std::vector<const Skb*> replays_;  // in traces_, sorted
};

}  // namespace tfm::bench
