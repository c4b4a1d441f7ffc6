// SPDX-License-Identifier: MIT
#include "bench/cell/heap_age.hpp"

#include <stdexcept>
#include <utility>

#include "runtime/rng.hpp"

namespace tfm::bench {
namespace {

/// Draws one of 16, 32, … 4,096, then a size from just above its half up to it.
std::uint32_t draw_bytes(Rng& rng) {
  const std::uint32_t most = 16U << rng.below(9);
  return most / 2 + 1 + rng.below(most / 2);
}

}  // namespace

HeapAge::HeapAge(const Block& block, std::uint64_t bytes, std::uint64_t seed)
    : HeapAge() {  // delegating: the destructor runs even if this body throws
  if (block.heap == "fresh") return;
  Rng rng(seed);
  for (std::uint64_t live = 0; live < bytes;) {
    const std::uint32_t next = draw_bytes(rng);
    blocks_.push_back(alloc(next));
    live += next;
  }
  const auto count = static_cast<std::uint32_t>(blocks_.size());
  for (std::uint64_t i = 0; i < std::uint64_t{4} * count; ++i) {
    void*& victim = blocks_[rng.below(count)];
    gfp_free(std::exchange(victim, nullptr));
    victim = alloc(draw_bytes(rng));
  }
  for (void*& b : blocks_) {
    if (rng.below(2) == 0) gfp_free(std::exchange(b, nullptr));
  }
}

HeapAge::~HeapAge() {
  for (void* b : blocks_) gfp_free(b);
}

void* HeapAge::alloc(std::uint32_t bytes) {
  auto* block = static_cast<char*>(gfp_alloc(bytes, Gfp::kernel, Owner::shared));
  if (block == nullptr) throw std::runtime_error("out of memory while aging the heap");
  // A block in use has been written to. A write at both ends makes its pages (two at most)
  // resident.
  block[0] = block[bytes - 1] = 0;
  return block;
}

}  // namespace tfm::bench
