// SPDX-License-Identifier: MIT
// Softirq context: a thread stands for a CPU. While bottom halves are disabled, nothing else runs
// there, so per-CPU data needs no lock.
#pragma once

#include <atomic>

namespace tfm {

/// How many times bottom halves are disabled on this thread's CPU (the softirq bits of
/// preempt_count).
inline thread_local constinit unsigned softirq_depth = 0;

inline void local_bh_disable() noexcept {
  ++softirq_depth;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}
inline void local_bh_enable() noexcept {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  --softirq_depth;
}
inline bool in_softirq() noexcept { return softirq_depth != 0; }

}  // namespace tfm
