// SPDX-License-Identifier: MIT
// Where the stack of timed code lies within a page.
//
// A load waits for an earlier store if the lower 12 bits of their addresses are the same, though
// the bytes are others (4 KiB aliasing: Intel 64 and IA-32 Architectures Optimization Reference
// Manual, "Aliasing Cases"). The kernel gives a process one of 256 places for its stack within a
// page. In some of them one strategy of a block took 9 to 25 % longer, and only that one, in every
// turn of the round. So timed code gets a new place for each batch: what remains is the mean over
// places, the same in all rounds.
#pragma once

#include <alloca.h>

#include <cstddef>
#include <cstdint>

#include "runtime/rng.hpp"

namespace tfm::bench {

/// Mixed into a round's seed for its places.
inline constexpr std::uint64_t stack_stream = 0x737461636b;

class StackPlaces {
 public:
  static constexpr std::uint32_t places = 256;  ///< in a page: frames are aligned to 16 bytes

  explicit StackPlaces(std::uint64_t seed) noexcept : rng_(seed) {}

  /// Calls f() with the stack moved to a place that is drawn.
  template <class F>
  void call(F&& f) {
    call_below(std::size_t{16} * rng_.below(places), f);
  }

 private:
  template <class F>
  [[gnu::noinline]] static void call_below(std::size_t bytes, F& f) {
    void* hole = alloca(bytes);
    asm volatile("" : : "r"(hole) : "memory");  // the hole is used, as far as the compiler knows
    f();
  }

  Rng rng_;
};

}  // namespace tfm::bench
