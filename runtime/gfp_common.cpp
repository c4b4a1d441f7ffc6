// SPDX-License-Identifier: MIT
#include <cstring>
#include <iterator>

#include "runtime/allocator.hpp"

namespace tfm {

constinit const AllocatorFunctions* gfp_allocator = &glibc_allocator;

bool allocator_installed(Allocator allocator) noexcept {
  if (allocator == Allocator::mimalloc) return mimalloc_version() != 0;
  if (allocator == Allocator::tcmalloc) return tcmalloc_version() != 0;
  return true;
}

Errno gfp_use(Allocator allocator) noexcept {
  constexpr const AllocatorFunctions* all[] = {&glibc_allocator, &jemalloc_allocator,
                                               &mimalloc_allocator, &tcmalloc_allocator};
  static_assert(std::size(all) == std::size(allocator_names));
  if (!allocator_installed(allocator)) return Errno::enoent;
  gfp_allocator = all[static_cast<std::size_t>(allocator)];
  return Errno::ok;
}

AllocatorStatistics gfp_allocator_statistics() noexcept { return gfp_allocator->statistics(); }

void gfp_free_sensitive(void* block, std::size_t bytes) noexcept {
  if (block != nullptr) explicit_bzero(block, bytes);
  gfp_free(block);
}

GfpScope& gfp_scope() noexcept {
  thread_local constinit GfpScope scope{};
  return scope;
}

}  // namespace tfm
