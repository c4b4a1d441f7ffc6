// SPDX-License-Identifier: MIT
// A mutex as the kernel's: its holder may sleep, and so may wait for a grace period. So a thread
// that waits for the mutex is offline. For the slow path.
#pragma once

#include <mutex>

#include "runtime/rcu.hpp"

namespace tfm {

/// For std::lock_guard.
class Mutex {
 public:
  void lock() noexcept {
    if (mutex_.try_lock()) return;
    const RcuOffline waits;
    mutex_.lock();
  }
  void unlock() noexcept { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

}  // namespace tfm
