// SPDX-License-Identifier: MIT
// A cell's packets in three steps: begin, compute, finish. For operations that an engine computes,
// or with other packets between the steps. Every finished packet is compared with the reference,
// untimed.
#pragma once

#include <cstdint>
#include <optional>

#include "bench/cell/tally.hpp"
#include "runtime/skb.hpp"
#include "strategies/strategy.hpp"

namespace tfm::bench {

/// The result of the check of a finished packet.
enum class Verdict : std::uint8_t {
  right,      ///< TX: the reference's bytes; RX: accepted or refused as it should be
  wrong,      ///< must never happen
  overtaken,  ///< genuine RX, refused as a replay: later packets of its connection ended first
  failed,     ///< the operation failed: dropped
};

class Offload {
 public:
  virtual ~Offload() = default;

  /// How many operations a CPU may have in flight (begun and not ended), as the strategy declares.
  /// The caller of begin() must respect it.
  virtual InFlight in_flight() const noexcept = 0;
  /// The same as a number: 1 if not InFlight::many. A strategy that computes in batches has its own
  /// limit.
  virtual std::uint32_t most_in_flight() const noexcept = 0;

  /// Finds the packet's parts, starts its operation in that slot and sets the key. Returns false if
  /// nothing is in flight: the protocol refused the packet, the operation failed, or none is
  /// needed. finish() then tells which.
  virtual bool begin(unsigned cpu, const Skb& skb, std::uint32_t slot) noexcept = 0;
  /// Computes for the CPU that began the operation.
  virtual void compute(unsigned cpu, std::uint32_t slot) noexcept = 0;
  /// Ends the operation on the CPU that began it, and counts the packet.
  virtual Verdict finish(unsigned cpu, std::uint32_t slot, Tally& tally) = 0;

  /// Call it when the trace begins again: receivers forget the packets. Nothing may be in flight.
  virtual void forget() noexcept = 0;

  // The fast path alone, without checks.

  /// Finds, starts, keys and ends a poll's packets one after the other. Computes nothing.
  virtual void begin_and_end(unsigned cpu, const Skb* poll) noexcept = 0;
  /// Runs the whole operation of a TX packet, which must need one. Returns the ticks from before
  /// its start to after its end, or nothing if it failed.
  virtual std::optional<std::uint64_t> time_section(unsigned cpu, const Skb& skb) noexcept = 0;
};

}  // namespace tfm::bench
