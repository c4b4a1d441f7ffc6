// SPDX-License-Identifier: MIT
// What a cell can do, by who asks for it: each pass sees the roles that it uses. Strategy and
// protocol are erased here: one virtual call per batch of packets where anything is timed, never
// one per packet.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bench/cell/open_loop.hpp"
#include "bench/cell/outcome.hpp"
#include "bench/cell/tally.hpp"
#include "runtime/error.hpp"
#include "runtime/skb.hpp"

namespace tfm::bench {

class Offload;  // offload.hpp

/// How far the opening of sockets came.
struct Opening {
  std::uint32_t sockets = 0;  ///< open: the first so many
  Errno error = Errno::ok;    ///< why the next one is not; ok: all are that were asked for
};

/// The life of the sockets.
class CellSockets {
 public:
  static constexpr std::uint32_t all_sockets = UINT32_MAX;

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

  /// Bytes that the strategy has every skb be larger by.
  virtual std::size_t skb_headroom_bytes() const noexcept = 0;

 protected:
  ~CellSockets() = default;
};

/// Whole polls of the trace, for passes that time or count them.
class CellPolls {
 public:
  /// Every packet of the trace (at most `limit`) whose socket is open, its bytes held against the
  /// reference. Returns what is wrong, in one line; empty if nothing is. Untimed.
  virtual std::string check(std::size_t limit) = 0;

  /// The next `polls` polls of this CPU's trace. Fast path: nothing but the packets' own work.
  virtual void run(unsigned cpu, unsigned polls, Tally& tally) noexcept = 0;

  /// Where this CPU goes on in its trace.
  virtual void seek(unsigned cpu, std::uint64_t poll) noexcept = 0;

  /// Whether run() closes and reopens sockets as the workload says. It does unless told otherwise.
  virtual void set_churn(bool on) noexcept = 0;

  /// The direction of the polls that run() takes; it passes over the others. Both unless told
  /// otherwise.
  virtual void set_direction(std::optional<Direction> only) noexcept = 0;

 protected:
  ~CellPolls() = default;
};

/// Open loop, for the timed pass.
class CellArrivals {
 public:
  /// As many packets as there are arrivals, each stamped.
  virtual void run_open_loop(unsigned cpu, const OpenLoop& load, Latencies& latencies,
                             Tally& tally) noexcept = 0;

 protected:
  ~CellArrivals() = default;
};

/// What is held of memory, for the counted pass.
class CellFootprint {
 public:
  /// A packet in each direction for every open socket, and for the first socket of each kind on
  /// every possible CPU. They are in no tally and of no trace. What a provider or a strategy keeps
  /// from the first packet on is there then.
  virtual void use_each() noexcept = 0;

  /// Closes the sockets that asked for the most scratch; the others stay.
  virtual void close_largest() noexcept = 0;

 protected:
  ~CellFootprint() = default;
};

/// One packet after the other, untimed, for passes that look at each.
class CellPackets {
 public:
  /// The i-th poll of this CPU's trace: poll_packets packets of one direction. After the last the
  /// first comes again.
  virtual const Skb* poll(unsigned cpu, std::uint64_t i) const noexcept = 0;

  /// One packet, in the context that its direction has. A packet without a socket has failed.
  virtual Outcome handle(unsigned cpu, const Skb& skb, Tally& tally) noexcept = 0;

  /// Tells of a received packet that was dropped before handle(): a later replay of it is no
  /// replay. Called in the order of arrival, between the packets that are handled.
  virtual void lost(unsigned cpu, const Skb& skb) noexcept = 0;

  /// Whether a strategy is asked for an operation: not for packets that are refused before, nor for
  /// those that go as they are.
  virtual bool needs_operation(const Skb& skb) const noexcept = 0;

 protected:
  ~CellPackets() = default;
};

/// Churn in two steps, while sockets are open, for the pressure pass: between the two, the socket's
/// memory is free for others.
class CellChurn {
 public:
  /// Closes this CPU's next socket.
  virtual void close_next(unsigned cpu, Tally& tally) noexcept = 0;

  /// Opens the socket that close_next() was at `turns` calls before (from 1 to the number of the
  /// CPU's sockets), if it is closed.
  virtual void open_again(unsigned cpu, std::uint32_t turns, Tally& tally) noexcept = 0;

 protected:
  ~CellChurn() = default;
};

/// Packets in steps, for the in_flight pass.
class CellOffload {
 public:
  /// With room for `slots` operations at once. Sockets stay open meanwhile.
  virtual std::unique_ptr<Offload> offload(std::uint32_t slots) = 0;

 protected:
  ~CellOffload() = default;
};

}  // namespace tfm::bench
