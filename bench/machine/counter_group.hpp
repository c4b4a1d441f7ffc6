// SPDX-License-Identifier: MIT
// Hardware counters of one thread, in user space only (perf_event_open(2)).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct perf_event_attr;

namespace tfm::bench {

struct CounterEvent {
  std::string_view name;
  std::uint32_t type;  ///< as in struct perf_event_attr, and `config` too
  std::uint64_t config;
};

inline constexpr std::size_t most_counters = 5;

/// What is counted, and how an event is opened. Tests have their own.
struct CounterSource {
  std::span<const CounterEvent> events;  ///< at most most_counters
  /// The descriptor of a counter of the calling thread in this group (-1: a group of its own), or
  /// -1, and errno says why.
  int (*open)(perf_event_attr& event, int group) noexcept;
};

/// cycles, instructions, l1d_load_misses, llc_load_misses, dtlb_load_misses.
CounterSource hardware_counters() noexcept;

/// As perf_event_open(2).
int open_counter(perf_event_attr& event, int group) noexcept;

struct CounterReading {
  /// Time since the group was made, and the part of it in which it was on the PMU. With more groups
  /// than the PMU has room for, the kernel lets them take turns.
  std::uint64_t enabled_ns = 0, running_ns = 0;
  std::array<std::uint64_t, most_counters> counts{};  ///< in the order of the group's names

  bool always_running() const noexcept { return enabled_ns == running_ns; }

  CounterReading& operator+=(const CounterReading& other) noexcept;
  friend CounterReading operator-(CounterReading now, const CounterReading& before) noexcept;
};

/// Counters that are on the PMU together or not at all. They count from the construction on, on the
/// thread that constructs them.
class CounterGroup {
 public:
  /// Opens the events that this machine has.
  explicit CounterGroup(const CounterSource& source);
  ~CounterGroup();
  CounterGroup(const CounterGroup&) = delete;
  CounterGroup& operator=(const CounterGroup&) = delete;

  /// Of the events that were opened. Empty: nothing is counted.
  const std::vector<std::string_view>& names() const noexcept { return names_; }
  /// Which events are missing and why, in one line; only why, if all are for one reason. Empty:
  /// none.
  const std::string& missing() const noexcept { return missing_; }

  /// On the thread that made the group. Something must be counted. Nothing if the kernel refuses.
  std::optional<CounterReading> read() const noexcept;

 private:
  std::vector<int> descriptors_;  // the group's leader first
  std::vector<std::string_view> names_;
  std::string missing_;
};

}  // namespace tfm::bench
