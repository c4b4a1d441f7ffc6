// SPDX-License-Identifier: MIT
// Upper halves of SIMD registers: what puts them in use is seen, and cleaning takes them out.
#include "bench/machine/simd_state.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "tests/bench/machine/dirty_simd.hpp"

namespace tfm::bench::test {
namespace {

class SimdStateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!sees_dirty_simd()) GTEST_SKIP() << "this CPU does not tell";
  }
};

TEST_F(SimdStateTest, IsCleanAfterCleaning) {
  clean_simd();
  EXPECT_EQ(simd_state(), SimdState::clean);
  dirty_simd();
  EXPECT_EQ(simd_state(), SimdState::dirty);
  clean_simd();
  EXPECT_EQ(simd_state(), SimdState::clean);
}

TEST_F(SimdStateTest, TheUpper256BitsCountToo) {
  clean_simd();
  if (!dirty_simd_512()) GTEST_SKIP() << "no AVX-512";
  EXPECT_EQ(simd_state(), SimdState::dirty);
  clean_simd();
  EXPECT_EQ(simd_state(), SimdState::clean);
}

TEST_F(SimdStateTest, IsOfTheCallingThread) {
  clean_simd();
  std::thread([] {
    dirty_simd();
    EXPECT_EQ(simd_state(), SimdState::dirty);
  }).join();
  EXPECT_EQ(simd_state(), SimdState::clean);
}

// Registers 16 to 31 and the masks: no bit of ours, but clean_simd() takes them out of use too.
TEST_F(SimdStateTest, CleansWhatVzeroupperLeaves) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx512f")) GTEST_SKIP() << "no AVX-512";
  const auto in_use = [] {
    std::uint32_t low = 0;
    asm volatile("xgetbv" : "=a"(low) : "c"(1) : "rdx");
    return low & (1U << 5 | 1U << 7);
  };
  asm volatile("vpternlogd $255, %zmm18, %zmm18, %zmm18\n\tkxnorw %k1, %k1, %k1");
  EXPECT_EQ(in_use(), 1U << 5 | 1U << 7);
  clean_simd();
  EXPECT_EQ(in_use(), 0U);
#endif
}

TEST(SimdState, HasAName) {
  EXPECT_EQ(simd_state_name(SimdState::clean), "clean");
  EXPECT_EQ(simd_state_name(SimdState::dirty), "dirty");
  EXPECT_EQ(simd_state_name(SimdState::unknown), "unknown");
}

}  // namespace
}  // namespace tfm::bench::test
