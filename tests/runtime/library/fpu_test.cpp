// SPDX-License-Identifier: MIT
// 7.x's sections for vector registers keep bottom halves out, unless interrupts are off. Sections
// of both kernels assert that they may begin and that they were begun.
#include "runtime/library/fpu.hpp"

#include <gtest/gtest.h>

#include "runtime/ahash/fpu.hpp"

namespace tfm::library::test {
namespace {

using ahash::fpu_cpu;
namespace preempt_bits = ahash::preempt_bits;

constexpr std::uint32_t preempt_mask = 0xff, idle = preempt_bits::no_reschedule;

TEST(Sections, KeepBottomHalvesOut) {
  fpu_begin();
  EXPECT_EQ(fpu_cpu.preempt_count & preempt_bits::softirq, 0x200U);
  EXPECT_EQ(fpu_cpu.preempt_count & preempt_mask, 0U);
  fpu_end();
  EXPECT_EQ(fpu_cpu.preempt_count, idle);
}

TEST(Sections, KeepPreemptionOffIn6_12) {
  ahash::fpu_begin();
  EXPECT_EQ(fpu_cpu.preempt_count, idle + 1);
  ahash::fpu_end();
  EXPECT_EQ(fpu_cpu.preempt_count, idle);
}

TEST(Sections, NeedNotWithInterruptsOff) {
  {
    const InterruptsOff off;
    fpu_begin();
    EXPECT_EQ(fpu_cpu.preempt_count, idle);
    EXPECT_FALSE(fpu_usable());
    fpu_end();
    { const InterruptsOff nested; }
    fpu_begin();
    EXPECT_EQ(fpu_cpu.preempt_count, idle) << "the inner end switched them on";
    fpu_end();
  }
  fpu_begin();
  EXPECT_NE(fpu_cpu.preempt_count, idle) << "they stayed off";
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

/// What interrupted, for as long as it lives.
class Interrupted {
 public:
  explicit Interrupted(std::uint32_t by) noexcept { fpu_cpu.preempt_count |= by; }
  ~Interrupted() { fpu_cpu.preempt_count = idle; }
  Interrupted(const Interrupted&) = delete;
  Interrupted& operator=(const Interrupted&) = delete;
};

TEST(Sections, MayBeginInAnyInterruptThatMetNoOther) {
  const std::uint32_t one_hardirq = 0x10000, one_nmi = 0x100000, one_softirq = 0x100;
  {
    const Interrupted by(one_softirq);
    EXPECT_TRUE(fpu_usable());
  }
  {
    const Interrupted by(one_hardirq);
    EXPECT_TRUE(fpu_usable());
  }
  {
    const Interrupted by(one_hardirq | one_softirq);
    EXPECT_FALSE(fpu_usable()) << "a softirq may have been about to begin one";
  }
  {
    const Interrupted by(one_nmi);
    EXPECT_FALSE(fpu_usable());
  }
}

TEST(Sections, SaveTheRegistersOfATaskOnce) {
  ahash::FpuTask task{.flags = 0, .thread_flags = 0};
  ahash::FpuTask* const before = fpu_cpu.current;
  fpu_cpu.current = &task;
  fpu_begin();
  EXPECT_EQ(task.thread_flags.load(), ahash::FpuTask::registers_saved);
  fpu_end();
  task.flags = ahash::FpuTask::own_context;
  task.thread_flags = 0;
  fpu_begin();
  EXPECT_EQ(task.thread_flags.load(), 0U) << "a kernel thread has none";
  fpu_end();
  fpu_cpu.current = before;
}

#ifdef __x86_64__
TEST(Sections, InitialiseWhatTheMaskNames) {
  const auto mxcsr = [] {
    std::uint32_t value;
    asm volatile("stmxcsr %0" : "=m"(value));
    return value;
  };
  const auto x87_control = [] {
    std::uint16_t value;
    asm volatile("fnstcw %0" : "=m"(value));
    return value;
  };
  const std::uint32_t usual = 0x1f80, flushing = usual | 0x8000;
  const std::uint16_t usual_x87 = 0x37f, single = 0x7f;
  asm volatile("fldcw %0" : : "m"(single));
  ahash::load_mxcsr(flushing);
  fpu_begin_mask(0);
  EXPECT_EQ(mxcsr(), flushing);
  fpu_end();
  fpu_begin();
  EXPECT_EQ(mxcsr(), usual);
  EXPECT_EQ(x87_control(), single);
  fpu_end();
  fpu_begin_mask(ahash::fpu_mask::x87);
  EXPECT_EQ(x87_control(), usual_x87);
  fpu_end();
}
#endif

TEST(SectionsDeathTest, EndTheProcessIfTheyMayNotBegin) {
  const auto twice = [](void (*outer)(), void (*inner)()) {
    outer();
    inner();
  };
  EXPECT_DEATH(twice(fpu_begin, fpu_begin), "");
  EXPECT_DEATH(twice(ahash::fpu_begin, ahash::fpu_begin), "");
  EXPECT_DEATH(twice(ahash::fpu_begin, fpu_begin), "");
}

TEST(SectionsDeathTest, EndTheProcessInAnNmi) {
  const Interrupted by(0x100000);
  EXPECT_DEATH(fpu_begin(), "");
  EXPECT_DEATH(ahash::fpu_begin(), "");
}

TEST(SectionsDeathTest, EndTheProcessIfNoneIsOpen) {
  EXPECT_DEATH(fpu_end(), "");
  EXPECT_DEATH(ahash::fpu_end(), "");
}

// Bottom halves are not let in by a hardware interrupt, which they would interrupt.
TEST(SectionsDeathTest, EndTheProcessIfAnInterruptLetsBottomHalvesIn) {
  EXPECT_DEATH(
      {
        fpu_begin();
        fpu_cpu.preempt_count |= 0x10000;
        fpu_end();
      },
      "");
}

}  // namespace
}  // namespace tfm::library::test
