// SPDX-License-Identifier: MIT
// The anti-replay window of an IPsec receiver (RFC 4302 and RFC 4303 §3.4.3): 64 sequence numbers
// of 32 bits, the default that both prefer. Linux's struct xfrm_replay_state has a bitmap of 32; as
// many as 64 take its struct xfrm_replay_state_esn, whose bitmap is as long as one asks for, with
// extended sequence numbers or without. check() comes before the operation, advance() once the
// packet is authentic.
#pragma once

#include <cstdint>

namespace tfm {

class ReplayWindow {
 public:
  static constexpr std::uint32_t packets = 64;

  /// False for a number that was seen, is too old to know, or is 0, which no sender gives (§3.3.3).
  bool check(std::uint32_t sequence) const noexcept {
    if (sequence > highest_) [[likely]]
      return true;
    const std::uint32_t age = highest_ - sequence;
    return sequence != 0 && age < packets && (seen_ >> age & 1) == 0;
  }

  /// `sequence` is one that check() lets pass.
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
  std::uint32_t highest_ = 0;  ///< accepted so far; 0: none
};

/// What a protocol derives from whose receivers keep a window. Its Found has the packet's sequence
/// number.
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
