// SPDX-License-Identifier: MIT
// A cell of a block, with its strategy and protocol erased: one virtual call per batch of packets,
// never one per packet.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/round/clock.hpp"
#include "bench/round/histogram.hpp"
#include "bench/round/tally.hpp"
#include "runtime/error.hpp"
#include "runtime/skb.hpp"

namespace tfm::bench {

enum class Outcome : std::uint8_t;  // exchange.hpp
class Offload;                      // offload.hpp

/// Between two stamps of open loop lies one packet at most. Longer than this, and the thread was
/// not there: preempted, or its core taken away by the hypervisor.
inline constexpr double absence_ns = 100'000;

/// Per-packet latencies of open loop, ns.
struct Latencies {
  Histogram response;          ///< intended arrival to end
  Histogram service;           ///< begin to end
  Histogram lateness;          ///< intended arrival to begin
  std::uint64_t absences = 0;  ///< how often the thread was away for more than absence_ns

  void merge(const Latencies& other) noexcept {
    response.merge(other.response);
    service.merge(other.service);
    lateness.merge(other.lateness);
    absences += other.absences;
  }
};

/// Packets meant to arrive at begin + arrivals[i] * mean_gap_ticks.
struct OpenLoop {
  const Clock* clock;
  const std::vector<double>* arrivals;
  double mean_gap_ticks;
};

/// How far the opening of sockets came.
struct Opening {
  std::uint32_t sockets = 0;  ///< open: the first so many
  Errno error = Errno::ok;    ///< why the next one is not; ok: all are that were asked for
};

class Cell {
 public:
  static constexpr std::uint32_t all_sockets = UINT32_MAX;

  virtual ~Cell() = default;

  /// Opens a listener of each kind, where sockets churn, then the first `count` sockets in order,
  /// on the slow path. Stops at the first error; what is open stays open. None may be open before.
  virtual Opening open_first(std::uint32_t count) = 0;
  virtual void close() noexcept = 0;

  /// Opens every socket, or none.
  Errno open() {
    const Errno e = open_first(all_sockets).error;
    if (failed(e)) close();
    return e;
  }

  /// Closes the sockets that asked for the most scratch; the others stay.
  virtual void close_largest() noexcept = 0;

  /// Bytes that the strategy has every skb be larger by.
  virtual std::size_t skb_headroom_bytes() const noexcept = 0;

  /// A packet in each direction for every open socket, for the first of each kind on every possible
  /// CPU, in no tally and of no trace: what a provider or a strategy keeps from the first packet on
  /// is there then.
  virtual void use_each() noexcept = 0;

  /// Every packet of the trace (at most `limit`) whose socket is open, its bytes held against the
  /// reference. Returns what is wrong, in one line; empty if nothing is. Untimed.
  virtual std::string check(std::size_t limit) = 0;

  /// The next `polls` polls of this CPU's trace. Fast path: nothing but the packets' own work.
  virtual void run(unsigned cpu, unsigned polls, Tally& tally) noexcept = 0;

  /// As many packets as there are arrivals, each stamped.
  virtual void run_open_loop(unsigned cpu, const OpenLoop& load, Latencies& latencies,
                             Tally& tally) noexcept = 0;

  /// Whether run() closes and reopens sockets, as the workload says; it does unless told otherwise.
  virtual void set_churn(bool on) noexcept = 0;

  /// Of which direction the polls are that run() takes, passing over the others; of both unless
  /// told otherwise.
  virtual void set_direction(std::optional<Direction> only) noexcept = 0;

  /// Where this CPU goes on in its trace.
  virtual void seek(unsigned cpu, std::uint64_t poll) noexcept = 0;

  // For rounds that look at every packet, and time none.

  /// The i-th poll of this CPU's trace: poll_packets packets of one direction. After the last the
  /// first comes again.
  virtual const Skb* poll(unsigned cpu, std::uint64_t i) const noexcept = 0;

  /// One packet, in the context that its direction has. A packet without a socket has failed.
  virtual Outcome handle(unsigned cpu, const Skb& skb, Tally& tally) noexcept = 0;

  /// A received packet that was dropped before anyone looked at it: a replay of it is none. In the
  /// order of arrival, between those that are handled.
  virtual void lost(unsigned cpu, const Skb& skb) noexcept = 0;

  /// Whether a strategy is asked for anything: not for what is refused before, nor for what goes as
  /// it is.
  virtual bool needs_operation(const Skb& skb) const noexcept = 0;

  /// Its packets in steps, with room for `slots` operations at once. Sockets stay open meanwhile.
  virtual std::unique_ptr<Offload> offload(std::uint32_t slots) = 0;

  /// Churn in two steps, while sockets are open: closes this CPU's next socket; opens the one whose
  /// turn to be closed was `turns` such calls before (from 1 to the number of the CPU's sockets),
  /// if it is closed. In between its memory is anyone's.
  virtual void close_next(unsigned cpu, Tally& tally) noexcept = 0;
  virtual void open_again(unsigned cpu, std::uint32_t turns, Tally& tally) noexcept = 0;
};

}  // namespace tfm::bench
