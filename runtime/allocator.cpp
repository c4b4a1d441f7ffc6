// SPDX-License-Identifier: MIT
#include "runtime/allocator.hpp"

#include <cstdlib>

// jemalloc's non-standard interface (jemalloc(3)), from the private copy that CMake makes.
extern "C" {
void* mallocx(std::size_t bytes, int flags);
void* rallocx(void* block, std::size_t bytes, int flags);
void dallocx(void* block, int flags);
}

namespace tfm {
namespace {

constexpr AllocatorFunctions glibc{
    .alloc = [](std::size_t bytes) noexcept { return std::malloc(bytes); },
    .realloc = [](void* block, std::size_t bytes) noexcept { return std::realloc(block, bytes); },
    .free = [](void* block) noexcept { std::free(block); },
};

// mallocx(0) is undefined; rallocx needs a block. jemalloc aligns to 16 from 16 bytes on.
constexpr AllocatorFunctions jemalloc{
    .alloc = [](std::size_t bytes) noexcept { return mallocx(bytes < 16 ? 16 : bytes, 0); },
    .realloc =
        [](void* block, std::size_t bytes) noexcept {
          if (bytes < 16) bytes = 16;
          return block == nullptr ? mallocx(bytes, 0) : rallocx(block, bytes, 0);
        },
    .free =
        [](void* block) noexcept {
          if (block != nullptr) dallocx(block, 0);
        },
};

}  // namespace

const AllocatorFunctions& allocator_functions(Allocator allocator) noexcept {
  return allocator == Allocator::jemalloc ? jemalloc : glibc;
}

}  // namespace tfm
