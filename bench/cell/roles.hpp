// SPDX-License-Identifier: MIT
// What a cell can do, in roles: each pass sees only the roles that it uses. The types of strategy
// and protocol are erased here. Timed code makes one virtual call per batch of packets, never one
// per packet.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "bench/cell/open_loop.hpp"
#include "bench/cell/outcome.hpp"
#include "bench/cell/tally.hpp"
#include "runtime/algorithm.hpp"
#include "runtime/error.hpp"
#include "runtime/skb.hpp"

namespace tfm::bench {

class Offload;  // offload.hpp

/// How many sockets could be opened.
struct Opening {
  std::uint32_t sockets = 0;  ///< sockets 0 to sockets - 1 are open
  Errno error = Errno::ok;    ///< why the next one failed; ok: all opened
};

/// Opens and closes the sockets.
class CellSockets {
 public:
  static constexpr std::uint32_t all_sockets = UINT32_MAX;

  /// Opens the first `count` sockets in order, on the slow path; before them a listener of each
  /// kind if sockets churn. Stops at the first error; open sockets stay open. No socket may be open
  /// before.
  virtual Opening open_first(std::uint32_t count) = 0;
  virtual void close() noexcept = 0;

  /// Opens all sockets, or none.
  Errno open() {
    const Errno e = open_first(all_sockets).error;
    if (failed(e)) close();
    return e;
  }

  /// Bytes that the strategy adds to every skb.
  virtual std::size_t skb_headroom_bytes() const noexcept = 0;

 protected:
  ~CellSockets() = default;
};

/// What flush_sockets() flushed.
struct Flushed {
  std::span<const Bytes> blocks;  ///< valid until the CPU's next call
  std::uint64_t lines = 0;        ///< of the cache; one that two blocks share counts twice
};

/// Whole polls of the trace, for passes that time or count them.
class CellPolls {
 public:
  /// Compares the packets of the trace (at most `limit`) with the reference. Skips packets of
  /// closed sockets. Returns what is wrong in one line, or empty. Untimed.
  virtual std::string check(std::size_t limit) = 0;

  /// Runs the next `polls` polls of this CPU's trace. Fast path: it does only the packets' work.
  virtual void run(unsigned cpu, unsigned polls, Tally& tally) noexcept = 0;

  /// Flushes the memory of the sockets whose packets are in the next poll: all that the strategy
  /// keeps for them, their connection and their replay state. The packets stay where they are.
  /// Untimed.
  virtual Flushed flush_sockets(unsigned cpu) noexcept = 0;

  /// Sets the poll at which this CPU continues in its trace.
  virtual void seek(unsigned cpu, std::uint64_t poll) noexcept = 0;

  /// Whether run() closes and reopens sockets as the workload says. Default: on.
  virtual void set_churn(bool on) noexcept = 0;

  /// The direction of the polls that run() takes; it skips the others. Default: both.
  virtual void set_direction(std::optional<Direction> only) noexcept = 0;

 protected:
  ~CellPolls() = default;
};

/// Open loop, for the timed pass.
class CellArrivals {
 public:
  /// Handles as many packets as there are arrivals, each stamped.
  virtual void run_open_loop(unsigned cpu, const OpenLoop& load, Latencies& latencies,
                             Tally& tally) noexcept = 0;

 protected:
  ~CellArrivals() = default;
};

/// Steps of the memory measurement, for the counted pass.
class CellFootprint {
 public:
  /// Handles one packet in each direction for every open socket; for the first socket of each kind
  /// on every possible CPU. Afterwards, everything is allocated that a provider or a strategy keeps
  /// from the first packet on. These packets are in no tally and in no trace.
  virtual void use_each() noexcept = 0;

  /// Closes the sockets that asked for the most scratch; the others stay.
  virtual void close_largest() noexcept = 0;

 protected:
  ~CellFootprint() = default;
};

/// One packet after the other, untimed, for passes that need the outcome of each.
class CellPackets {
 public:
  /// The i-th poll of this CPU's trace: poll_packets packets of one direction. The trace wraps.
  virtual const Skb* poll(unsigned cpu, std::uint64_t i) const noexcept = 0;

  /// Handles one packet in the context of its direction. If its socket is not open, the packet
  /// fails.
  virtual Outcome handle(unsigned cpu, const Skb& skb, Tally& tally) noexcept = 0;

  /// Reports a received packet that was dropped before handle(), so that a later replay of it is
  /// refused all the same (ReplayMemory::of()). Must be called in order of arrival, between the
  /// calls of handle().
  virtual void lost(unsigned cpu, const Skb& skb) noexcept = 0;

  /// Whether a strategy is asked for an operation. It is not if the packet is refused earlier, or
  /// goes unchanged.
  virtual bool needs_operation(const Skb& skb) const noexcept = 0;

 protected:
  ~CellPackets() = default;
};

/// Churn in two steps, for the pressure pass. Between the two steps, other users can take the
/// socket's memory.
class CellChurn {
 public:
  /// Closes this CPU's next socket.
  virtual void close_next(unsigned cpu, Tally& tally) noexcept = 0;

  /// Opens the socket that close_next() chose `turns` calls ago, if it is closed. `turns` is from 1
  /// to the number of the CPU's sockets.
  virtual void open_again(unsigned cpu, std::uint32_t turns, Tally& tally) noexcept = 0;

 protected:
  ~CellChurn() = default;
};

/// Packets in steps, for the in_flight pass.
class CellOffload {
 public:
  /// Makes an Offload for `slots` operations at once. Sockets must stay open while it is used.
  virtual std::unique_ptr<Offload> offload(std::uint32_t slots) = 0;

 protected:
  ~CellOffload() = default;
};

}  // namespace tfm::bench
