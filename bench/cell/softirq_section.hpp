// SPDX-License-Identifier: MIT
// The context in which packets are handled.
#pragma once

#include "runtime/rcu.hpp"

namespace tfm::bench {

inline void enter_softirq() noexcept {
  local_bh_disable();
  rcu_read_lock();
}
inline void leave_softirq() noexcept {
  rcu_read_unlock();
  local_bh_enable();
}

/// Softirq context for the object's lifetime if `inside`, else process context.
class SoftirqSection {
 public:
  explicit SoftirqSection(bool inside) noexcept : inside_(inside) {
    if (inside_) enter_softirq();
  }
  ~SoftirqSection() {
    if (inside_) leave_softirq();
  }
  SoftirqSection(const SoftirqSection&) = delete;
  SoftirqSection& operator=(const SoftirqSection&) = delete;

 private:
  bool inside_;
};

}  // namespace tfm::bench
