// SPDX-License-Identifier: MIT
// Seeded random numbers: the same seed gives the same packets on every machine.
#pragma once

#include <cstdint>

namespace tfm {

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
class Rng {
 public:
  explicit Rng(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  /// Uniform in [0, bound), bound > 0, by the high word of a product (bias below 2^-32).
  std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>((next() >> 32) * bound >> 32);
  }
  /// Uniform in [0, 1).
  double uniform() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }

 private:
  std::uint64_t state_;
};

/// Mixes numbers into a seed, so that adjacent numbers give unrelated sequences.
inline std::uint64_t mix_seed(std::uint64_t a, std::uint64_t b) noexcept {
  return Rng(a ^ Rng(b).next()).next();
}
inline std::uint64_t mix_seed(std::uint64_t a, std::uint64_t b, std::uint64_t c) noexcept {
  return mix_seed(mix_seed(a, b), c);
}

}  // namespace tfm
