// SPDX-License-Identifier: MIT
// Counters for tests, which need no PMU: software events of the kernel, counters that are a file of
// readings, and refusals.
#pragma once

#include <cstdint>
#include <functional>

#include "bench/machine/counter_group.hpp"

namespace tfm::bench::test {

/// page_faults, task_clock_ns, context_switches. A kernel has them on every machine, but a
/// container may refuse them.
CounterSource software_counters() noexcept;
inline constexpr std::size_t page_faults_at = 0;
bool software_counters_permitted();

/// Pages that are not there. Each touch() is as many page faults.
class AbsentPages {
 public:
  explicit AbsentPages(std::size_t pages);
  ~AbsentPages();
  AbsentPages(const AbsentPages&) = delete;
  AbsentPages& operator=(const AbsentPages&) = delete;

  void touch() noexcept;

 private:
  std::size_t bytes_;
  std::uint8_t* memory_;
};

/// A group whose readings are these, one after the other: reading(0), reading(1), … After
/// `readings` of them every reading is refused. One group at a time.
CounterSource recorded_counters(std::size_t readings,
                                const std::function<CounterReading(std::uint64_t)>& reading);

/// A source whose events cannot be opened for this reason.
CounterSource refused_counters(int error) noexcept;

}  // namespace tfm::bench::test
