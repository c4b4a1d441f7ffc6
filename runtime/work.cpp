// SPDX-License-Identifier: MIT
#include "runtime/work.hpp"

#include <system_error>

#include "runtime/rcu.hpp"

namespace tfm {

Result<std::unique_ptr<Work>> Work::create(Function function, void* data) {
  std::unique_ptr<Work> work(new Work(function, data));
  try {
    work->thread_ = std::thread([w = work.get()] { w->run(); });
  } catch (const std::system_error&) {
    return error(Errno::enomem);
  }
  return work;
}

Work::~Work() {
  if (!thread_.joinable()) return;
  flush();
  stop_.store(true, std::memory_order_relaxed);
  schedule();
  const RcuOffline waits;
  thread_.join();
}

void Work::schedule() noexcept {
  scheduled_.fetch_add(1, std::memory_order_release);
  scheduled_.notify_one();
}

void Work::flush() noexcept {
  const RcuOffline waits;
  const std::uint32_t target = scheduled_.load(std::memory_order_relaxed);
  for (;;) {
    const std::uint32_t done = done_.load(std::memory_order_acquire);
    if (static_cast<std::int32_t>(done - target) >= 0) return;
    done_.wait(done, std::memory_order_acquire);
  }
}

void Work::run() noexcept {
  std::uint32_t done = 0;
  for (;;) {
    scheduled_.wait(done, std::memory_order_acquire);
    done = scheduled_.load(std::memory_order_acquire);
    if (stop_.load(std::memory_order_relaxed)) return;
    function_(data_);
    done_.store(done, std::memory_order_release);
    done_.notify_all();
  }
}

}  // namespace tfm
