// SPDX-License-Identifier: MIT
#include "bench/marked/marked_allocator.hpp"

#include "bench/cell/marks.hpp"
#include "runtime/allocator.hpp"

namespace tfm::bench {
namespace {

constinit AllocatorFunctions inner{};
constinit AllocatorFunctions marked{};

void* alloc(std::size_t bytes, Gfp gfp) noexcept {
  mark<Mark::allocator>();
  void* const block = inner.alloc(bytes, gfp);
  mark<Mark::back>();
  return block;
}

void* realloc(void* block, std::size_t bytes, Gfp gfp) noexcept {
  mark<Mark::allocator>();
  void* const moved = inner.realloc(block, bytes, gfp);
  mark<Mark::back>();
  return moved;
}

void free(void* block) noexcept {
  mark<Mark::allocator>();
  inner.free(block);
  mark<Mark::back>();
}

}  // namespace

void mark_allocator() noexcept {
  inner = *gfp_allocator;
  marked = inner;
  marked.alloc = alloc;
  marked.realloc = realloc;
  marked.free = free;
  gfp_allocator = &marked;
}

}  // namespace tfm::bench
