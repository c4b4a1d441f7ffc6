// SPDX-License-Identifier: MIT
// The memory that a process holds, measured while it takes a known size.
#include "bench/machine/residency.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "runtime/sanitized.hpp"
#include "runtime/tsan.hpp"

namespace tfm::bench {
namespace {

constexpr std::size_t bytes = 16 << 20;

/// ThreadSanitizer keeps up to four bytes of shadow for each byte that is written
/// (kShadowMultiplier, libsanitizer/tsan/tsan_defs.h). It reads a shadow page before it writes it:
/// two faults per page. It frees the shadow with the memory.
#ifdef TFM_TSAN
constexpr std::size_t bytes_a_byte = 1 + 4, faults_a_page = 1 + 2 * 4;
#else
constexpr std::size_t bytes_a_byte = 1, faults_a_page = 1;
#endif

TEST(Residency, OnlyWrittenPagesCount) {
  const ResidencyWatch watch(*gfp_accounting());
  const Residency before = watch.now();
  ASSERT_TRUE(before.rss_bytes.has_value());
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  madvise(memory, bytes, MADV_NOHUGEPAGE);
  const Residency mapped = watch.now();
  EXPECT_LT(*mapped.rss_bytes, *before.rss_bytes + bytes / 16);
  std::memset(memory, 1, bytes);
  const Residency written = watch.now();
  EXPECT_GE(*written.rss_bytes, *mapped.rss_bytes + bytes);
  EXPECT_GE(written.page_faults - mapped.page_faults, bytes / 4096);
  EXPECT_LT(*written.rss_bytes, *mapped.rss_bytes + bytes * bytes_a_byte + bytes / 4);
  EXPECT_LT(written.page_faults - mapped.page_faults, bytes / 4096 * faults_a_page * 5 / 4);
  munmap(memory, bytes);
  EXPECT_LT(*watch.now().rss_bytes, *before.rss_bytes + bytes / 16);
}

TEST(Residency, PagesOfFilesAreNotCounted) {
  const int program = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(program, 0);
  constexpr std::size_t part = 1 << 20;
  const ResidencyWatch watch(*gfp_accounting());
  const Residency before = watch.now();
  void* memory = mmap(nullptr, part, PROT_READ, MAP_PRIVATE | MAP_POPULATE, program, 0);
  ASSERT_NE(memory, MAP_FAILED);
  EXPECT_LT(*watch.now().rss_bytes, *before.rss_bytes + part / 4);
  munmap(memory, part);
  ::close(program);
}

TEST(Residency, TheLedgersOwnCostIsSubtracted) {
  if (sanitized) GTEST_SKIP() << "a sanitizer's malloc has no statistics";
  const ResidencyWatch watch(*gfp_accounting());
  const Residency before = watch.now();
  std::vector<void*> blocks(100'000);
  const std::size_t vector_bytes = blocks.size() * sizeof(void*);
  const std::uint64_t live = gfp_accounting()->ledger().total.rounded_bytes;
  const std::uint64_t cost = gfp_accounting()->cost().resident_bytes;
  for (void*& block : blocks) {
    block = gfp_alloc(32, Gfp::kernel, Owner::shared);
    std::memset(block, 1, 32);
  }
  const std::uint64_t taken = gfp_accounting()->ledger().total.rounded_bytes - live + vector_bytes;
  EXPECT_GT(gfp_accounting()->cost().resident_bytes, cost + (1 << 20)) << "else this tests nothing";
  const Residency after = watch.now();
  // glibc counts blocks in the thread's cache as live.
  EXPECT_NEAR(static_cast<double>(after.allocator.live_bytes - before.allocator.live_bytes),
              static_cast<double>(taken), 1 << 16);
  EXPECT_LT(*after.rss_bytes, *before.rss_bytes + taken + (1 << 19));
  EXPECT_LT(after.page_faults - before.page_faults, taken / 4096 + 256);
  for (void* block : blocks) gfp_free(block);
}

}  // namespace
}  // namespace tfm::bench
