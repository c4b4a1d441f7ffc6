// SPDX-License-Identifier: MIT
// The allocators behind gfp: glibc's malloc, and a private jemalloc that lives beside it.
#pragma once

#include <cstddef>

#include "runtime/gfp.hpp"

namespace tfm {

struct AllocatorFunctions {
  void* (*alloc)(std::size_t bytes) noexcept;
  void* (*realloc)(void* block, std::size_t bytes) noexcept;
  void (*free)(void* block) noexcept;
};

const AllocatorFunctions& allocator_functions(Allocator allocator) noexcept;

}  // namespace tfm
