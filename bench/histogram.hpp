// SPDX-License-Identifier: MIT
// A log-linear histogram of nanoseconds, with the layout of HdrHistogram: each power of two is
// divided into 32 equal buckets, so a value is known to 1/32 (3.1 %). Histograms can be merged.
// Values beyond the last bucket are counted as overflow.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace tfm::bench {

class Histogram {
 public:
  static constexpr unsigned sub_bits = 5;
  static constexpr unsigned octaves = 31;  ///< values below 2^36 ns (68 s)
  static constexpr std::size_t buckets = (octaves + 1) << sub_bits;

  void add(std::uint64_t ns) noexcept {
    const std::size_t b = bucket(ns);
    if (ns > max_) max_ = ns;
    ++(b < buckets ? counts_[b] : overflow_);
  }

  void merge(const Histogram& other) noexcept {
    for (std::size_t b = 0; b < buckets; ++b) counts_[b] += other.counts_[b];
    overflow_ += other.overflow_;
    if (other.max_ > max_) max_ = other.max_;
  }

  /// The number of values, including those beyond the last bucket.
  std::uint64_t count() const noexcept;
  std::uint64_t overflow() const noexcept { return overflow_; }
  std::uint64_t max_ns() const noexcept { return max_; }
  std::uint64_t count_in(std::size_t b) const noexcept { return counts_[b]; }

  /// The value that a share q (0 to 1] of all values does not exceed: the middle of its bucket, at
  /// most max_ns(). max_ns() if it lies in the overflow; 0 if the histogram is empty.
  double quantile(double q) const noexcept;

  /// Lower edge of a bucket, ns; edge(b + 1) is its upper edge.
  static constexpr std::uint64_t edge(std::size_t b) noexcept {
    const std::size_t octave = b >> sub_bits;
    const std::uint64_t sub = b & ((1U << sub_bits) - 1);
    return octave == 0 ? sub : (sub | 1U << sub_bits) << (octave - 1);
  }
  static constexpr std::size_t bucket(std::uint64_t ns) noexcept {
    if (ns < 1U << sub_bits) return ns;
    const unsigned octave = static_cast<unsigned>(std::bit_width(ns)) - sub_bits;
    return (std::size_t{octave} << sub_bits) + ((ns >> (octave - 1)) - (1U << sub_bits));
  }

 private:
  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t overflow_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace tfm::bench
