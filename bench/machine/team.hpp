// SPDX-License-Identifier: MIT
// The simulated CPUs of a round: one thread each, pinned if the machine has the core. The calling
// thread is CPU 0. A thread that waits for the others is offline (runtime/rcu.hpp).
#pragma once

#include <atomic>
#include <barrier>
#include <functional>
#include <thread>
#include <vector>

namespace tfm::bench {

class Team {
 public:
  /// CPU i is pinned to `cores[i]`. CPUs beyond the list are not pinned.
  Team(unsigned cpus, const std::vector<unsigned>& cores);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  /// Runs job(cpu) on every CPU at once and returns when all are done.
  void run(const std::function<void(unsigned cpu)>& job);

  unsigned cpus() const noexcept { return cpus_; }
  bool pinned() const noexcept { return pinned_; }  ///< whether every CPU is on its core

 private:
  void work(unsigned cpu, unsigned core, bool pin);

  unsigned cpus_;
  std::atomic<bool> pinned_{true};
  const std::function<void(unsigned)>* job_ = nullptr;  ///< nullptr tells the threads to end
  std::barrier<> begin_, end_;
  std::vector<std::jthread> threads_;
};

}  // namespace tfm::bench
