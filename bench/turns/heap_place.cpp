// SPDX-License-Identifier: MIT
#include "bench/turns/heap_place.hpp"

#include "runtime/gfp.hpp"

namespace tfm::bench {
namespace {

constexpr std::uint32_t largest_bytes = 512;
constexpr std::uint32_t most_of_a_size = 7;  ///< as many as glibc keeps for a thread

/// glibc's size field. A block of 16 n bytes less this is a chunk of 16 n bytes.
constexpr std::uint32_t size_field = 8;

}  // namespace

void HeapPlace::draw(Rng& rng) {
  blocks_.reserve(blocks_.size() + std::size_t{largest_bytes / 16} * most_of_a_size);
  for (std::uint32_t bytes = 16; bytes <= largest_bytes; bytes += 16) {
    for (std::uint32_t left = rng.below(most_of_a_size + 1); left > 0; --left) {
      void* const block = gfp_alloc(bytes - size_field, Gfp::kernel, Owner::shared);
      if (block == nullptr) return;
      blocks_.push_back(block);
    }
  }
}

void HeapPlace::free() noexcept {
  for (void* b : blocks_) gfp_free(b);
  blocks_.clear();
}

}  // namespace tfm::bench
