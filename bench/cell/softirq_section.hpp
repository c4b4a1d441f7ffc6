// SPDX-License-Identifier: MIT
// The context in which received packets are verified.
#pragma once

#include "runtime/rcu.hpp"
#include "runtime/skb.hpp"

namespace tfm::bench {

inline void enter_softirq() noexcept {
  local_bh_disable();
  rcu_read_lock();
}
inline void leave_softirq() noexcept {
  rcu_read_unlock();
  local_bh_enable();
}

/// For RX: softirq context for the object's lifetime. TX stays in process context.
class SoftirqSection {
 public:
  explicit SoftirqSection(Direction direction) noexcept : rx_(direction == Direction::rx) {
    if (rx_) enter_softirq();
  }
  ~SoftirqSection() {
    if (rx_) leave_softirq();
  }
  SoftirqSection(const SoftirqSection&) = delete;
  SoftirqSection& operator=(const SoftirqSection&) = delete;

 private:
  bool rx_;
};

}  // namespace tfm::bench
