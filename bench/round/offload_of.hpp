// SPDX-License-Identifier: MIT
// An Offload with its types. The steps are those of exchange.hpp, and as there: fail closed.
#pragma once

#include <algorithm>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include "bench/round/clock.hpp"
#include "bench/round/exchange.hpp"
#include "bench/round/metered_gfp.hpp"
#include "bench/round/offload.hpp"
#include "bench/round/sockets_of.hpp"

namespace tfm::bench {

template <Strategy S, Protocol P>
class OffloadOf final : public Offload {
 public:
  /// Room for so many operations at once, each of which stays where it is. Strategy, workload and
  /// sockets are the caller's.
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
    s.outcome = start(cpu, skb, s);
    return s.begun;
  }

  void compute(unsigned cpu, std::uint32_t slot) noexcept override {
    Slot& s = slots_[slot];
    if (s.begun) s.outcome = outcome_of(*s.skb, run(cpu, s));
  }

  Verdict finish(unsigned cpu, std::uint32_t slot, Tally& tally) override {
    Slot& s = slots_[slot];
    if (std::exchange(s.begun, false)) {
      const WithSoftirq softirq(s.skb->direction);
      strategy_.end(cpu, s.operation);
    }
    ++tally.packets;
    return s.skb->direction == Direction::tx ? sent(s, tally) : received(s, tally);
  }

  void forget() noexcept override {
    std::fill(states_.begin(), states_.end(), State{});
    accepted_.clear();
  }

  void begin_and_end(unsigned cpu, const Skb* poll) noexcept override {
    Slot& s = slots_[0];
    const WithSoftirq softirq(poll->direction);
    for (unsigned k = 0; k < poll_packets; ++k) {
      workload_.prefetch_after(poll, k);
      start(cpu, poll[k], s);
      if (std::exchange(s.begun, false)) strategy_.end(cpu, s.operation);
    }
  }

  Result<std::uint64_t> time_section(unsigned cpu, const Skb& skb) noexcept override {
    Slot& s = slots_[0];
    s.computed.output = s.output;
    const auto& connection = workload_.connection(skb.socket);
    const auto found = workload_.protocol().find(connection, skb);
    Socket& socket = sockets_[skb.socket];
    const std::uint64_t begin = stamp();
    const Errno e =
        operate(strategy_, cpu, socket, skb, [&](Request& request, std::uint8_t* scratch) noexcept {
          return workload_.protocol().output(request, scratch, connection, skb, found, s.computed);
        });
    const std::uint64_t end = stamp();
    if (failed(e)) return error(e);
    return end - begin;
  }

 private:
  using Socket = typename S::Socket;
  using State = typename P::State;
  static constexpr bool remembers = !std::is_empty_v<State>;

  struct Slot {
    const Skb* skb = nullptr;
    const Skb* original = nullptr;  ///< whose replay it is
    typename S::Operation operation;
    typename P::Found found;
    Computed computed;
    OutputBuffer output;
    Outcome outcome{};
    bool begun = false;  ///< and not ended
  };

  /// Where RX begins and ends; TX is process context's.
  class WithSoftirq {
   public:
    explicit WithSoftirq(Direction direction) noexcept : rx_(direction == Direction::rx) {
      if (rx_) enter_softirq();
    }
    ~WithSoftirq() {
      if (rx_) leave_softirq();
    }
    WithSoftirq(const WithSoftirq&) = delete;
    WithSoftirq& operator=(const WithSoftirq&) = delete;

   private:
    bool rx_;
  };

  /// passed: what has begun is to be ended; nothing has where no operation is needed.
  Outcome start(unsigned cpu, const Skb& skb, Slot& s) noexcept {
    const P& protocol = workload_.protocol();
    s.begun = false;
    s.found = protocol.find(workload_.connection(skb.socket), skb);
    const bool rx = skb.direction == Direction::rx;
    if (!s.found) return rx ? Outcome::malformed : Outcome::failed;
    if (rx && !protocol.replay_check(states_[skb.socket], s.found)) return Outcome::replayed;
    s.computed.output = s.output;
    s.computed.output_bytes = 0;
    if (!needs_operation<P>(s.found, skb.direction)) return Outcome::passed;
    const WithSoftirq softirq(skb.direction);
    if (const Errno e = strategy_.start(cpu, sockets_[skb.socket], skb, s.operation); failed(e)) {
      return dropped(e);
    }
    const Errno e = strategy_.key(s.operation);
    s.begun = !failed(e);
    if (s.begun) return Outcome::passed;
    strategy_.end(cpu, s.operation);
    return dropped(e);
  }

  Errno run(unsigned cpu, Slot& s) noexcept {
    const P& protocol = workload_.protocol();
    const auto& connection = workload_.connection(s.skb->socket);
    Request& request = s.operation.request();
    std::uint8_t* scratch = s.operation.scratch();
    const Errno e = s.skb->direction == Direction::tx
                        ? protocol.output(request, scratch, connection, *s.skb, s.found, s.computed)
                        : protocol.input(request, scratch, connection, *s.skb, s.found, s.computed);
    return finished(strategy_, cpu, s.operation, e);
  }
  static Outcome outcome_of(const Skb& skb, Errno e) noexcept {
    if (!failed(e)) return Outcome::passed;
    return skb.direction == Direction::rx && e == Errno::ebadmsg ? Outcome::refused : dropped(e);
  }

  Verdict sent(Slot& s, Tally& tally) {
    count_sent(s.outcome, tally);
    if (s.outcome != Outcome::passed) return Verdict::failed;
    const auto& connection = workload_.connection(s.skb->socket);
    const MutableBytes packet =
        workload_.protocol().output_done(connection, *s.skb, s.found, s.computed);
    const std::vector<std::uint8_t> ours(packet.begin(), packet.end());
    // The reference's MAC is then in the trace again, whatever ours was.
    const Unmetered unmetered;
    const MutableBytes expected = reference_.output(workload_.protocol(), connection,
                                                    workload_.keys(s.skb->socket).value(), *s.skb);
    return std::ranges::equal(ours, expected) ? Verdict::right : Verdict::wrong;
  }

  /// A trace repeats the connection's last genuine packet.
  const Skb* original_of(const Skb& skb) noexcept {
    if (skb.direction == Direction::tx) return nullptr;
    if (!skb.forged) last_genuine_[skb.socket] = &skb;
    return skb.forged && workload_.is_replay(skb) ? last_genuine_[skb.socket] : nullptr;
  }

  /// Others of its connection may have ended since it began: whether it is a replay is asked again,
  /// as xfrm_input() does.
  Verdict received(Slot& s, Tally& tally) {
    const P& protocol = workload_.protocol();
    State& state = states_[s.skb->socket];
    if (s.outcome == Outcome::passed) {
      const auto& connection = workload_.connection(s.skb->socket);
      if (!protocol.input_done(connection, *s.skb, s.found, s.computed)) {
        s.outcome = Outcome::refused;
      } else if (!protocol.replay_check(state, s.found)) {
        s.outcome = Outcome::replayed;
      } else {
        protocol.replay_advance(state, s.found);
      }
    }
    bool forged = s.skb->forged;
    if constexpr (remembers) {
      // Where both are in flight, the first to end is the packet, and the other its replay.
      if (s.original != nullptr) forged = accepted_.contains(s.original);
      if (s.outcome == Outcome::passed && !forged) {
        accepted_.insert(s.original != nullptr ? s.original : s.skb);
      }
    }
    if (s.outcome == Outcome::replayed && !forged) {
      ++tally.drops;
      return Verdict::overtaken;
    }
    if (forged) ++tally.forged;
    count_received(s.outcome, forged, tally);
    if (s.outcome == Outcome::failed || s.outcome == Outcome::no_memory) return Verdict::failed;
    return forged == (s.outcome != Outcome::passed) ? Verdict::right : Verdict::wrong;
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
