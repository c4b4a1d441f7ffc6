// SPDX-License-Identifier: MIT
// Deferred work: a function, and a thread that runs it in process context when softirq or another
// thread asks for it (schedule_work(), flush_work()).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "runtime/error.hpp"

namespace tfm {

class Work {
 public:
  using Function = void (*)(void* data) noexcept;

  /// Starts the thread, which sleeps until schedule(). Errors: enomem: no thread could be made.
  static Result<std::unique_ptr<Work>> create(Function function, void* data);

  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  /// Flushes, then ends the thread.
  ~Work();

  /// The function will run once more, beginning after this call. Several calls before it begins
  /// count as one. Softirq-safe: does not sleep, takes no lock, allocates nothing.
  void schedule() noexcept;

  /// Waits until everything scheduled earlier has run. May sleep. Do not call it from the function.
  void flush() noexcept;

 private:
  Work(Function function, void* data) noexcept : function_(function), data_(data) {}
  void run() noexcept;

  Function function_;
  void* data_;
  std::atomic<std::uint32_t> scheduled_{0};  ///< calls of schedule()
  std::atomic<std::uint32_t> done_{0};       ///< scheduled_ when the last finished run began
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace tfm
