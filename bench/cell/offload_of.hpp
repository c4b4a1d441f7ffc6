// SPDX-License-Identifier: MIT
// An Offload with its types.
#pragma once

#include <algorithm>
#include <optional>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include "bench/cell/metered_gfp.hpp"
#include "bench/cell/offload.hpp"
#include "bench/cell/packet_steps.hpp"
#include "bench/cell/sockets_of.hpp"
#include "bench/cell/softirq_section.hpp"
#include "bench/machine/clock.hpp"

namespace tfm::bench {

template <Strategy S, Protocol P>
class OffloadOf final : public Offload {
 public:
  /// `slots` is the number of operations at once. An operation never moves in memory. The caller
  /// owns strategy, workload and sockets.
  OffloadOf(const WorkloadOf<P>& workload, S& strategy, SocketsOf<S, P>& sockets,
            std::uint32_t slots, const Algorithm& checked_with)
      : workload_(workload),
        strategy_(strategy),
        sockets_(sockets),
        slots_(slots),
        states_(workload.sockets()),
        last_genuine_(workload.sockets()),
        reference_(checked_with, workload.protocol().scratch_bytes()) {}

  InFlight in_flight() const noexcept override { return tfm::in_flight<S>(); }
  std::uint32_t most_in_flight() const noexcept override {
    if constexpr (BatchedStrategy<S>) return S::most_in_flight;
    return tfm::in_flight<S>() == InFlight::many ? UINT32_MAX : 1;
  }

  bool begin(unsigned cpu, const Skb& skb, std::uint32_t slot) noexcept override {
    Slot& s = slots_[slot];
    s.skb = &skb;
    if constexpr (remembers) s.original = original_of(skb);
    start(cpu, skb, s);
    return s.steps.begun();
  }

  void compute(unsigned cpu, std::uint32_t slot) noexcept override {
    Slot& s = slots_[slot];
    s.steps.compute(workload_.protocol(), workload_.connection(s.skb->socket), *s.skb, s.memory);
    s.steps.settle(strategy_, cpu, s.memory);
  }

  Verdict finish(unsigned cpu, std::uint32_t slot, Tally& tally) override {
    Slot& s = slots_[slot];
    end(cpu, s.skb->direction, s);
    ++tally.packets;
    return s.skb->direction == Direction::tx ? sent(s, tally) : received(s, tally);
  }

  void forget() noexcept override {
    std::fill(states_.begin(), states_.end(), State{});
    accepted_.clear();
  }

  void begin_and_end(unsigned cpu, const Skb* poll) noexcept override {
    Slot& s = slots_[0];
    const SoftirqSection softirq(workload_.in_softirq(poll->direction));
    for (unsigned k = 0; k < poll_packets; ++k) {
      workload_.prefetch_after(poll, k);
      start(cpu, poll[k], s);
      end(cpu, poll[k].direction, s);
    }
  }

  std::optional<std::uint64_t> time_section(unsigned cpu, const Skb& skb) noexcept override {
    Slot& s = slots_[0];
    s.memory.computed.output = s.output;
    const P& protocol = workload_.protocol();
    const auto& connection = workload_.connection(skb.socket);
    s.steps.find(protocol, connection, nullptr, skb);
    const std::uint64_t begin = stamp();
    s.steps.start(strategy_, cpu, sockets_[skb.socket], skb, s.memory);
    s.steps.compute(protocol, connection, skb, s.memory);
    s.steps.end(strategy_, cpu, s.memory);
    const std::uint64_t end = stamp();
    return s.steps.may_pass() ? std::optional(end - begin) : std::nullopt;
  }

 private:
  using State = typename P::State;
  static constexpr bool remembers = !std::is_empty_v<State>;

  struct Slot {
    const Skb* skb = nullptr;
    const Skb* original = nullptr;  ///< the packet that `skb` is a replay of
    PacketSteps<S, P> steps;
    PacketMemory<S, P> memory;
    OutputBuffer output;
  };

  void start(unsigned cpu, const Skb& skb, Slot& s) noexcept {
    s.memory.computed.output = s.output;
    s.memory.computed.output_bytes = 0;
    const SoftirqSection softirq(workload_.in_softirq(skb.direction));
    s.steps.begin(strategy_, cpu, sockets_[skb.socket], workload_.protocol(),
                  workload_.connection(skb.socket),
                  skb.direction == Direction::rx ? &states_[skb.socket] : nullptr, skb, s.memory);
    if (!s.steps.may_pass()) s.steps.end(strategy_, cpu, s.memory);
  }

  void end(unsigned cpu, Direction direction, Slot& s) noexcept {
    const SoftirqSection softirq(workload_.in_softirq(direction));
    s.steps.end(strategy_, cpu, s.memory);
  }

  Verdict sent(Slot& s, Tally& tally) {
    const auto& connection = workload_.connection(s.skb->socket);
    MutableBytes packet;
    const Outcome outcome =
        s.steps.sent(workload_.protocol(), connection, *s.skb, s.memory, packet);
    count_sent(outcome, tally);
    if (outcome != Outcome::passed) return Verdict::failed;
    const std::vector<std::uint8_t> ours(packet.begin(), packet.end());
    // This also writes the reference's MAC into the trace again.
    const Unmetered unmetered;
    const MutableBytes expected = reference_.output(workload_.protocol(), connection,
                                                    workload_.keys(s.skb->socket).value(), *s.skb);
    return std::ranges::equal(ours, expected) ? Verdict::right : Verdict::wrong;
  }

  /// A replay in a trace repeats the last genuine packet of its connection.
  const Skb* original_of(const Skb& skb) noexcept {
    if (skb.direction == Direction::tx) return nullptr;
    if (!skb.forged) last_genuine_[skb.socket] = &skb;
    return skb.forged && workload_.is_replay(skb) ? last_genuine_[skb.socket] : nullptr;
  }

  Verdict received(Slot& s, Tally& tally) {
    const Outcome outcome =
        s.steps.received(workload_.protocol(), workload_.connection(s.skb->socket),
                         states_[s.skb->socket], *s.skb, s.memory, Overlap::possible);
    bool forged = s.skb->forged;
    if constexpr (remembers) {
      // If a packet and its replay are both in flight, the first to end counts as the packet.
      if (s.original != nullptr) forged = accepted_.contains(s.original);
      if (outcome == Outcome::passed && !forged) {
        accepted_.insert(s.original != nullptr ? s.original : s.skb);
      }
    }
    if (outcome == Outcome::replayed && !forged) {
      ++tally.drops;
      return Verdict::overtaken;
    }
    if (forged) ++tally.forged;
    count_received(outcome, forged, tally);
    if (outcome == Outcome::failed || outcome == Outcome::no_memory) return Verdict::failed;
    return forged == (outcome != Outcome::passed) ? Verdict::right : Verdict::wrong;
  }

  const WorkloadOf<P>& workload_;
  S& strategy_;
  SocketsOf<S, P>& sockets_;
  std::vector<Slot> slots_;
  std::vector<State> states_;                // by socket
  std::vector<const Skb*> last_genuine_;     // received, by socket
  std::unordered_set<const Skb*> accepted_;  // of this lap
  Reference reference_;
};

}  // namespace tfm::bench
