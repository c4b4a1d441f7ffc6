// SPDX-License-Identifier: MIT
// 7.x's sections for vector registers keep bottom halves out, unless interrupts are off.
#include "runtime/library/fpu.hpp"

#include <gtest/gtest.h>

#include "runtime/ahash/fpu.hpp"
#include "runtime/ahash/fpu_cpu.hpp"

namespace tfm::library::test {
namespace {

constexpr std::uint32_t softirq_mask = 0xff00, preempt_mask = 0xff;

TEST(Sections, KeepBottomHalvesOut) {
  fpu_begin();
  EXPECT_EQ(ahash::fpu_cpu.preempt_count & softirq_mask, 0x200U);
  EXPECT_EQ(ahash::fpu_cpu.preempt_count & preempt_mask, 0U);
  fpu_end();
  EXPECT_EQ(ahash::fpu_cpu.preempt_count, 0U);
}

TEST(Sections, NeedNotWithInterruptsOff) {
  {
    const InterruptsOff off;
    fpu_begin();
    EXPECT_EQ(ahash::fpu_cpu.preempt_count, 0U);
    EXPECT_FALSE(fpu_usable());
    fpu_end();
    { const InterruptsOff nested; }
    fpu_begin();
    EXPECT_EQ(ahash::fpu_cpu.preempt_count, 0U) << "the inner end switched them on";
    fpu_end();
  }
  fpu_begin();
  EXPECT_NE(ahash::fpu_cpu.preempt_count, 0U) << "they stayed off";
  fpu_end();
}

// Registers are a CPU's, whichever kernel's section has them.
TEST(Sections, ExcludeEachOther) {
  EXPECT_TRUE(fpu_usable());
  fpu_begin();
  EXPECT_FALSE(fpu_usable());
  EXPECT_FALSE(ahash::fpu_usable());
  fpu_end();
  EXPECT_TRUE(fpu_usable());
}

}  // namespace
}  // namespace tfm::library::test
