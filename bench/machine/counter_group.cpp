// SPDX-License-Identifier: MIT
#include "bench/machine/counter_group.hpp"

#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace tfm::bench {
namespace {

constexpr std::uint64_t load_misses(std::uint64_t cache) {
  return cache | PERF_COUNT_HW_CACHE_OP_READ << 8 | PERF_COUNT_HW_CACHE_RESULT_MISS << 16;
}

constexpr CounterEvent hardware[] = {
    {"cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    {"instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    {"l1d_load_misses", PERF_TYPE_HW_CACHE, load_misses(PERF_COUNT_HW_CACHE_L1D)},
    {"llc_load_misses", PERF_TYPE_HW_CACHE, load_misses(PERF_COUNT_HW_CACHE_LL)},
    {"dtlb_load_misses", PERF_TYPE_HW_CACHE, load_misses(PERF_COUNT_HW_CACHE_DTLB)},
};
static_assert(std::size(hardware) <= most_counters);

/// With a paranoia above 2, a process may not even count its own user space (Debian's and Android's
/// kernels have such levels).
std::string not_permitted() {
  std::ifstream file("/proc/sys/kernel/perf_event_paranoid");
  int paranoid = 0;
  if (file >> paranoid && paranoid > 2) {
    return fmt::format("not permitted: perf_event_paranoid is {}, it must be 2 or less", paranoid);
  }
  return "not permitted: a filter of this process or container refuses perf_event_open(2)";
}

/// Why events could not be opened. `alone`: none could.
std::string reason(int error, bool alone) {
  switch (error) {
    case EACCES:
    case EPERM:
      return not_permitted();
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
      return alone ? "no PMU (many virtual machines have none)"
                   : "the PMU of this CPU has no such event";
    case ENOSYS:
      return "the kernel has no perf_event_open(2)";
    case EBUSY:
      return "the PMU is taken";
    case EINVAL:
      return "no room on the PMU beside the others";
    default:
      return fmt::format("perf_event_open(2): {}", std::strerror(error));
  }
}

perf_event_attr attributes(const CounterEvent& event) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = event.type;
  attributes.config = event.config;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  attributes.read_format =
      PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  return attributes;
}

}  // namespace

CounterSource hardware_counters() noexcept { return {hardware, open_counter}; }

int open_counter(perf_event_attr& event, int group) noexcept {
  constexpr int this_thread = 0;
  constexpr int any_cpu = -1;
  return static_cast<int>(
      ::syscall(SYS_perf_event_open, &event, this_thread, any_cpu, group, PERF_FLAG_FD_CLOEXEC));
}

CounterReading& CounterReading::operator+=(const CounterReading& other) noexcept {
  enabled_ns += other.enabled_ns;
  running_ns += other.running_ns;
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  return *this;
}

CounterReading operator-(CounterReading now, const CounterReading& before) noexcept {
  now.enabled_ns -= before.enabled_ns;
  now.running_ns -= before.running_ns;
  for (std::size_t i = 0; i < now.counts.size(); ++i) now.counts[i] -= before.counts[i];
  return now;
}

CounterGroup::CounterGroup(const CounterSource& source) {
  std::vector<std::pair<int, std::string>> refused;  // errno, events
  for (const CounterEvent& event : source.events) {
    perf_event_attr wanted = attributes(event);
    const int descriptor = source.open(wanted, descriptors_.empty() ? -1 : descriptors_.front());
    if (descriptor >= 0) {
      descriptors_.push_back(descriptor);
      names_.push_back(event.name);
      continue;
    }
    const int error = errno;
    if (refused.empty() || refused.back().first != error) {
      refused.emplace_back(error, event.name);
    } else {
      refused.back().second += fmt::format(", {}", event.name);
    }
  }
  if (names_.empty() && refused.size() == 1) {
    missing_ = reason(refused.front().first, true);
    return;
  }
  for (const auto& [error, events] : refused) {
    missing_ += fmt::format("{}{}: {}", missing_.empty() ? "" : "; ", events,
                            reason(error, names_.empty()));
  }
}

CounterGroup::~CounterGroup() {
  for (const int descriptor : descriptors_) ::close(descriptor);
}

std::optional<CounterReading> CounterGroup::read() const noexcept {
  // As perf_event_open(2) has it for this read_format.
  struct {
    std::uint64_t number, enabled_ns, running_ns;
    std::array<std::uint64_t, most_counters> counts;
  } group{};
  const std::size_t bytes = (3 + names_.size()) * sizeof(std::uint64_t);
  if (::read(descriptors_.front(), &group, sizeof group) != static_cast<ssize_t>(bytes)) {
    return std::nullopt;
  }
  return CounterReading{group.enabled_ns, group.running_ns, group.counts};
}

}  // namespace tfm::bench
