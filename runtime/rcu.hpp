// SPDX-License-Identifier: MIT
// RCU from liburcu (the "memb" flavour), and the kernel's rcu_read_lock_bh().
//
// ThreadSanitizer does not see liburcu's ordering and reports false races in every flavour. So the
// code tells it the order that RCU gives: a reader's unlock happens before a later
// synchronize_rcu() returns. No suppression is needed then. Under ThreadSanitizer liburcu's calls
// are not inlined.
#pragma once

#include "runtime/tsan.hpp"

#ifdef TFM_TSAN
#include <sanitizer/tsan_interface.h>
#else
#define _LGPL_SOURCE  // NOLINT(bugprone-reserved-identifier): liburcu's switch for inlined readers
#endif
#include <urcu/urcu-memb.h>

#include "runtime/softirq.hpp"

namespace tfm {

#ifdef TFM_TSAN
inline char rcu_tsan_edge;
#endif

/// Every thread that reads under RCU holds an RcuThread.
class RcuThread {
 public:
  RcuThread() noexcept { urcu_memb_register_thread(); }
  ~RcuThread() { urcu_memb_unregister_thread(); }
  RcuThread(const RcuThread&) = delete;
  RcuThread& operator=(const RcuThread&) = delete;
};

inline void rcu_read_lock() noexcept { urcu_memb_read_lock(); }
inline void rcu_read_unlock() noexcept {
#ifdef TFM_TSAN
  __tsan_release(&rcu_tsan_edge);
#endif
  urcu_memb_read_unlock();
}

/// A per-CPU section, as rcu_read_lock_bh(): softirqs are disabled on this CPU, and the thread is
/// an RCU reader. In process context the section is the outermost; inside a softirq it is nested
/// and so cheaper.
inline void rcu_read_lock_bh() noexcept {
  local_bh_disable();
  rcu_read_lock();
}
inline void rcu_read_unlock_bh() noexcept {
  rcu_read_unlock();
  local_bh_enable();
}

/// Waits for all readers that are inside now. Sleeps: slow path only, outside any reader.
inline void synchronize_rcu() noexcept {
  urcu_memb_synchronize_rcu();
#ifdef TFM_TSAN
  __tsan_acquire(&rcu_tsan_edge);
#endif
}

}  // namespace tfm
