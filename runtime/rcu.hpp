// SPDX-License-Identifier: MIT
// RCU from liburcu (the "qsbr" flavour), and the kernel's rcu_read_lock_bh().
//
// A read-side section costs the same on every machine: a compiler barrier. So it is in a kernel
// without CONFIG_PREEMPT_RCU (include/linux/rcupdate.h): __rcu_read_lock() is preempt_disable(),
// and that is barrier() without CONFIG_PREEMPT_COUNT (include/linux/preempt.h). liburcu's "memb"
// flavour would cost two full fences more where membarrier(2) is refused, as in some containers.
//
// The price: a grace period waits for every thread that is online, whether it reads or not. As in
// the kernel, a thread is quiescent when it passes from one poll to the next, and when it sleeps:
//
//   rcu_quiescent_state()   between two polls, never for each packet
//   RcuOffline              while the thread waits for another one, or opens and closes sockets
//
// An online thread that waits for one that waits for a grace period would wait forever.
// Work::flush(), Mutex and Team go offline by themselves.
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
#include <urcu/urcu-qsbr.h>

#include <atomic>
#include <cassert>
#include <string_view>

#include "runtime/softirq.hpp"

namespace tfm {

/// The name of the library behind it, for provenance.
inline constexpr std::string_view rcu_library = "liburcu-qsbr";

#ifdef TFM_TSAN
inline char rcu_tsan_edge;
#endif

namespace detail {

/// Prints "rcu: WHAT inside a read-side section" and aborts: memory that a reader holds would be
/// freed.
[[noreturn]] void rcu_bug(const char* what) noexcept;

/// Every reader has bottom halves disabled, so softirq_depth shows whether this thread is one.
inline void expect_no_section(const char* what) noexcept {
  if (in_softirq()) [[unlikely]]
    rcu_bug(what);
}

}  // namespace detail

/// Whether grace periods wait for this thread. False for a thread that holds no RcuThread.
inline bool rcu_online() noexcept { return urcu_qsbr_read_ongoing() != 0; }

/// Every thread that reads under RCU holds an RcuThread. It is online from then on.
class RcuThread {
 public:
  RcuThread() noexcept { urcu_qsbr_register_thread(); }
  ~RcuThread() {
    detail::expect_no_section("a thread ends");
    urcu_qsbr_unregister_thread();
  }
  RcuThread(const RcuThread&) = delete;
  RcuThread& operator=(const RcuThread&) = delete;
};

/// No grace period waits for this thread while the object lives. The thread must not read under RCU
/// meanwhile. Without effect in a thread that is not online: these objects nest.
class RcuOffline {
 public:
  RcuOffline() noexcept : was_online_(rcu_online()) {
    detail::expect_no_section("a thread goes offline");
    if (was_online_) urcu_qsbr_thread_offline();
  }
  ~RcuOffline() {
    if (was_online_) urcu_qsbr_thread_online();
  }
  RcuOffline(const RcuOffline&) = delete;
  RcuOffline& operator=(const RcuOffline&) = delete;

 private:
  bool was_online_;
};

/// Grace periods that began earlier no longer wait for this thread, which must be online. A
/// comparison, unless a grace period has begun since the last call.
inline void rcu_quiescent_state() noexcept {
  assert(rcu_online());
  detail::expect_no_section("a quiescent state");
  urcu_qsbr_quiescent_state();
}

/// Bottom halves must be disabled: a plain section would not be visible from outside.
inline void rcu_read_lock() noexcept {
  assert(rcu_online() && in_softirq());
  std::atomic_signal_fence(std::memory_order_seq_cst);
}
inline void rcu_read_unlock() noexcept {
#ifdef TFM_TSAN
  __tsan_release(&rcu_tsan_edge);
#endif
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

/// A per-CPU section, as rcu_read_lock_bh(): softirqs are disabled on this CPU, and the thread is
/// an RCU reader. In process context the section is the outermost; inside a softirq it is nested.
inline void rcu_read_lock_bh() noexcept {
  local_bh_disable();
  rcu_read_lock();
}
inline void rcu_read_unlock_bh() noexcept {
  rcu_read_unlock();
  local_bh_enable();
}

/// Waits for all readers that are inside now. Sleeps: slow path only, outside any section. The
/// caller may be online; it does not wait for itself.
inline void synchronize_rcu() noexcept {
  detail::expect_no_section("synchronize_rcu()");
  urcu_qsbr_synchronize_rcu();
#ifdef TFM_TSAN
  __tsan_acquire(&rcu_tsan_edge);
#endif
}

}  // namespace tfm
