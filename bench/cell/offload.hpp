// SPDX-License-Identifier: MIT
// A cell's packets in steps, for operations that an engine computes or that others come between:
// begin, compute, finish. Every packet that is finished is held against the reference, untimed.
#pragma once

#include <cstdint>
#include <optional>

#include "bench/cell/tally.hpp"
#include "runtime/skb.hpp"
#include "strategies/strategy.hpp"

namespace tfm::bench {

/// What a packet that was finished shows.
enum class Verdict : std::uint8_t {
  right,      ///< TX: the reference's bytes; RX: taken or refused as it should be
  wrong,      ///< must never be
  overtaken,  ///< genuine RX, refused as a replay: later packets of its connection ended first
  failed,     ///< the operation failed: dropped
};

class Offload {
 public:
  virtual ~Offload() = default;

  /// The strategy's word for how many operations one CPU may have begun and not ended. Whoever
  /// begins keeps to it.
  virtual InFlight in_flight() const noexcept = 0;
  /// That number: 1 unless it is many. A strategy that computes in batches has a limit of its own.
  virtual std::uint32_t most_in_flight() const noexcept = 0;

  /// Finds the packet's parts, starts and keys its operation, which stays in that slot. False: it
  /// ended here (refused by the protocol, failed, or in need of no operation), as finish() then
  /// tells; nothing is in flight.
  virtual bool begin(unsigned cpu, const Skb& skb, std::uint32_t slot) noexcept = 0;
  /// In the name of the CPU that began it.
  virtual void compute(unsigned cpu, std::uint32_t slot) noexcept = 0;
  /// Ends it where it was begun, on the CPU that began it, and counts it.
  virtual Verdict finish(unsigned cpu, std::uint32_t slot, Tally& tally) = 0;

  /// The trace begins again: what receivers remember of it is forgotten. Nothing may be in flight.
  virtual void forget() noexcept = 0;

  // The fast path alone, checked by nobody.

  /// Finds, starts, keys and ends a poll's packets one after the other, with nothing computed.
  virtual void begin_and_end(unsigned cpu, const Skb* poll) noexcept = 0;
  /// A TX packet's operation, whole. Ticks from before its start to after its end; nothing if it
  /// failed. The packet needs an operation.
  virtual std::optional<std::uint64_t> time_section(unsigned cpu, const Skb& skb) noexcept = 0;
};

}  // namespace tfm::bench
