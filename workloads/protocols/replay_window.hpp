// SPDX-License-Identifier: MIT
// The anti-replay window of an IPsec receiver (RFC 4302 and RFC 4303 §3.4.3): 64 sequence numbers
// of 32 bits, the default that both RFCs prefer. The bitmap of Linux's struct xfrm_replay_state has
// 32 bits. For 64 Linux needs struct xfrm_replay_state_esn, with a bitmap of any length, with or
// without extended sequence numbers. Call check() before the operation, and advance() when the
// packet is authentic.
#pragma once

#include <cstdint>

namespace tfm {

class ReplayWindow {
 public:
  static constexpr std::uint32_t packets = 64;

  /// False for a number that was accepted before, that is older than the window, or that is 0,
  /// which no sender uses (§3.3.3).
  bool check(std::uint32_t sequence) const noexcept {
    if (sequence > highest_) [[likely]]
      return true;
    const std::uint32_t age = highest_ - sequence;
    return sequence != 0 && age < packets && (seen_ >> age & 1) == 0;
  }

  /// check(sequence) must be true.
  void advance(std::uint32_t sequence) noexcept {
    if (sequence > highest_) [[likely]] {
      const std::uint32_t ahead = sequence - highest_;
      seen_ = ahead < packets ? seen_ << ahead | 1 : 1;
      highest_ = sequence;
    } else {
      seen_ |= std::uint64_t{1} << (highest_ - sequence);
    }
  }

 private:
  std::uint64_t seen_ = 0;     ///< bit k: whether highest_ - k was accepted
  std::uint32_t highest_ = 0;  ///< highest accepted number; 0: none
};

/// The base of protocols with a receive window. Their Found has the packet's sequence number.
class WindowedReplay {
 public:
  using State = ReplayWindow;
  static bool replay_check(const State& state, const auto& found) noexcept {
    return state.check(found.sequence);
  }
  static void replay_advance(State& state, const auto& found) noexcept {
    state.advance(found.sequence);
  }
};

}  // namespace tfm
