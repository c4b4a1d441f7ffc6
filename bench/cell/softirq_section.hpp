// SPDX-License-Identifier: MIT
// The context in which packets are handled.
#pragma once

#include "runtime/rcu.hpp"

namespace tfm::bench {

/// Softirq context for the object's lifetime if `inside`, else process context. The stack handles
/// each poll as an RCU reader, so softirq context is a read-side section too.
class SoftirqSection {
 public:
  explicit SoftirqSection(bool inside) noexcept : inside_(inside) {
    if (inside_) rcu_read_lock_bh();
  }
  ~SoftirqSection() {
    if (inside_) rcu_read_unlock_bh();
  }
  SoftirqSection(const SoftirqSection&) = delete;
  SoftirqSection& operator=(const SoftirqSection&) = delete;

 private:
  bool inside_;
};

}  // namespace tfm::bench
