// SPDX-License-Identifier: MIT
#include "tests/bench/machine/software_counters.hpp"

#include <gtest/gtest.h>
#include <linux/perf_event.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

namespace tfm::bench::test {
namespace {

/// The task clock must not lead: Linux 6.18 then counts no page fault before the thread is
/// scheduled anew.
constexpr CounterEvent software[] = {
    {"page_faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS},
    {"task_clock_ns", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK},
    {"context_switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES},
};

int recorded = -1;
int refusal = 0;

}  // namespace

CounterSource software_counters() noexcept { return {software, open_counter}; }

bool software_counters_permitted() { return CounterGroup(software_counters()).missing().empty(); }

AbsentPages::AbsentPages(std::size_t pages)
    : bytes_(pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))),
      memory_(static_cast<std::uint8_t*>(
          ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
  EXPECT_NE(static_cast<void*>(memory_), MAP_FAILED);
  ::madvise(memory_, bytes_, MADV_NOHUGEPAGE);
}
AbsentPages::~AbsentPages() { ::munmap(memory_, bytes_); }

void AbsentPages::touch() noexcept {
  ::madvise(memory_, bytes_, MADV_DONTNEED);
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  for (std::size_t at = 0; at < bytes_; at += page) {
    const_cast<volatile std::uint8_t*>(memory_)[at] = 1;
  }
}

CounterSource recorded_counters(std::size_t readings,
                                const std::function<CounterReading(std::uint64_t)>& reading) {
  if (recorded >= 0) ::close(recorded);
  recorded = ::memfd_create("readings", 0);
  const CounterSource source = {hardware_counters().events,
                                [](perf_event_attr&, int) noexcept { return ::dup(recorded); }};
  for (std::size_t i = 0; i < readings; ++i) {
    const CounterReading r = reading(i);
    const std::uint64_t head[] = {source.events.size(), r.enabled_ns, r.running_ns};
    EXPECT_EQ(::write(recorded, head, sizeof head), static_cast<ssize_t>(sizeof head));
    const std::size_t bytes = source.events.size() * sizeof r.counts[0];
    EXPECT_EQ(::write(recorded, r.counts.data(), bytes), static_cast<ssize_t>(bytes));
  }
  EXPECT_EQ(::lseek(recorded, 0, SEEK_SET), 0);
  return source;
}

CounterSource refused_counters(int error) noexcept {
  refusal = error;
  return {hardware_counters().events, [](perf_event_attr&, int) noexcept {
            errno = refusal;
            return -1;
          }};
}

}  // namespace tfm::bench::test
