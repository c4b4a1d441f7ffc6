// SPDX-License-Identifier: MIT
// gfp without accounting: what timed rounds link.
#include "runtime/allocator.hpp"

namespace tfm {

void* gfp_alloc(std::size_t bytes, Gfp gfp, Owner) noexcept {
  return gfp_allocator->alloc(bytes, gfp);
}

void* gfp_realloc(void* block, std::size_t bytes, Gfp gfp, Owner) noexcept {
  return gfp_allocator->realloc(block, bytes, gfp);
}

void gfp_free(void* block) noexcept { gfp_allocator->free(block); }

Accounting* gfp_accounting() noexcept { return nullptr; }

}  // namespace tfm
