// SPDX-License-Identifier: MIT
// What each allocator reports about a block, checked with the allocator's own data, and its
// statistics.
#include "runtime/allocator.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "runtime/sanitized.hpp"

extern "C" std::size_t nallocx(std::size_t bytes, int flags);  // jemalloc(3)

namespace tfm {
namespace {

// A sanitizer replaces malloc.
constexpr bool glibc_is_glibc = !sanitized;

class AllocatorTest : public ::testing::TestWithParam<Allocator> {
 protected:
  static const AllocatorFunctions& functions() {
    switch (GetParam()) {
      case Allocator::glibc:
        return glibc_allocator;
      case Allocator::jemalloc:
        return jemalloc_allocator;
      case Allocator::mimalloc:
        EXPECT_GE(mimalloc_version(), 200);
        return mimalloc_allocator;
      case Allocator::tcmalloc:
        EXPECT_GE(tcmalloc_version(), 200);
        return tcmalloc_allocator;
    }
    return glibc_allocator;
  }
  const AllocatorFunctions& f = functions();
};
INSTANTIATE_TEST_SUITE_P(All, AllocatorTest,
                         ::testing::Values(Allocator::glibc, Allocator::jemalloc,
                                           Allocator::mimalloc, Allocator::tcmalloc),
                         [](const auto& info) {
                           return std::string(allocator_names[static_cast<int>(info.param)]);
                         });

constexpr std::size_t sizes[] = {
    0,    1,    8,    16,   17,    24,    25,    56,    100,     1000,    1032,      1033,
    4096, 5000, 8192, 8193, 14336, 16384, 16385, 65400, 131'072, 200'000, 1'000'000, 5'000'000};

TEST_P(AllocatorTest, ReportsWhatABlockTakes) {
  for (const std::size_t bytes : sizes) {
    SCOPED_TRACE(bytes);
    void* block = f.alloc(bytes, Gfp::kernel);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 16, 0U);
    std::memset(block, 0xa5, bytes);
    const std::size_t footprint = f.footprint(block);
    EXPECT_GE(footprint, bytes);
    if (GetParam() == Allocator::jemalloc) {
      EXPECT_EQ(footprint, nallocx(bytes < 16 ? 16 : bytes, 0));
    }
    if (GetParam() == Allocator::glibc && glibc_is_glibc) {
      // The chunk's own size field, without its flags. A chunk with its own mapping has whole
      // pages.
      const std::uint64_t field = static_cast<const std::uint64_t*>(block)[-1];
      EXPECT_EQ(footprint, field & ~std::uint64_t{7});
      EXPECT_EQ(footprint, malloc_usable_size(block) + ((field & 2) != 0 ? 16 : 8));
    }
    f.free(block);
  }
}

// After tcmalloc has moved the program's break, glibc counts the memory in between as its own when
// its heap next grows. This makes it grow now.
void let_glibc_grow() {
  const std::size_t arena = mallinfo2().arena;
  std::vector<void*> blocks;
  while (mallinfo2().arena == arena) blocks.push_back(std::malloc(65'536));
  for (void* block : blocks) std::free(block);
}

// The blocks are larger than 1032 bytes, because glibc's per-thread cache keeps smaller free chunks
// and counts them as live.
TEST_P(AllocatorTest, ReportsWhatIsLive) {
  if (GetParam() == Allocator::glibc && !glibc_is_glibc) GTEST_SKIP() << "a sanitizer's malloc";
  std::vector<void*> blocks(4000);
  if (GetParam() == Allocator::glibc) let_glibc_grow();
  const AllocatorStatistics before = f.statistics();
  std::uint64_t taken = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const std::size_t bytes = 1100 + i * 7 % 3000;
    blocks[i] = f.alloc(bytes, Gfp::atomic);
    std::memset(blocks[i], 0xa5, bytes);
    taken += f.footprint(blocks[i]);
  }
  const AllocatorStatistics full = f.statistics();
  EXPECT_EQ(full.live_bytes - before.live_bytes, taken);
  EXPECT_GE(full.resident_bytes, full.live_bytes);
  for (std::size_t i = 0; i < blocks.size(); i += 2) {
    taken -= f.footprint(blocks[i]);
    f.free(blocks[i]);
  }
  const AllocatorStatistics half = f.statistics();
  EXPECT_EQ(half.live_bytes - before.live_bytes, taken);
  EXPECT_GT(half.resident_bytes - before.resident_bytes, taken) << "every second block is a hole";
  for (std::size_t i = 1; i < blocks.size(); i += 2) f.free(blocks[i]);
  EXPECT_EQ(f.statistics().live_bytes, before.live_bytes);
}

TEST_P(AllocatorTest, GrowsABlockWithWhatItHolds) {
  void* block = f.realloc(nullptr, 5, Gfp::kernel);
  ASSERT_NE(block, nullptr);
  std::memcpy(block, "four", 5);
  for (const std::size_t bytes : {17, 5000, 1'000'000, 20, 5}) {
    block = f.realloc(block, bytes, Gfp::kernel);
    ASSERT_NE(block, nullptr);
    EXPECT_STREQ(static_cast<const char*>(block), "four");
    EXPECT_GE(f.footprint(block), bytes);
  }
  f.free(block);
  f.free(nullptr);
}

TEST_P(AllocatorTest, RefusesWhatNoMachineHas) {
  if (GetParam() == Allocator::glibc && !glibc_is_glibc) GTEST_SKIP() << "a sanitizer's malloc";
  EXPECT_EQ(f.alloc(std::size_t{1} << 62, Gfp::kernel), nullptr);
}

}  // namespace
}  // namespace tfm
