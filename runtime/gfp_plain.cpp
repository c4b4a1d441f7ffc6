// SPDX-License-Identifier: MIT
// gfp without a trace of accounting: what timed rounds link.
#include "runtime/allocator.hpp"

namespace tfm {
namespace {
const AllocatorFunctions* allocator = &allocator_functions(Allocator::glibc);
}

void gfp_use(Allocator which) noexcept { allocator = &allocator_functions(which); }

void* gfp_alloc(std::size_t bytes, Gfp, Owner) noexcept { return allocator->alloc(bytes); }

void* gfp_realloc(void* block, std::size_t bytes, Gfp, Owner) noexcept {
  return allocator->realloc(block, bytes);
}

void gfp_free(void* block) noexcept { allocator->free(block); }

Accounting* gfp_accounting() noexcept { return nullptr; }

}  // namespace tfm
