// SPDX-License-Identifier: MIT
#include "bench/machine/residency.hpp"

#include <sys/resource.h>

#include <fstream>
#include <string>

namespace tfm::bench {
namespace {

/// `Anonymous` of /proc/self/smaps_rollup (proc(5)). /proc/self/statm is cheaper, but its values
/// lag.
std::optional<std::uint64_t> anonymous_bytes() {
  std::ifstream rollup("/proc/self/smaps_rollup");
  std::string word;
  while (rollup >> word) {
    std::uint64_t kib = 0;
    if (word == "Anonymous:" && rollup >> kib) return kib * 1024;
  }
  return std::nullopt;
}

}  // namespace

ResidencyWatch::ResidencyWatch(const Accounting& accounting)
    : accounting_(accounting), begin_(page_faults()) {}

Residency ResidencyWatch::now() const {
  Residency r;
  r.page_faults = page_faults() - begin_;
  r.rss_bytes = anonymous_bytes();
  if (r.rss_bytes) *r.rss_bytes -= accounting_.cost().resident_bytes;
  r.allocator = gfp_allocator_statistics();
  return r;
}

/// Modulo 2^64: in a forked process, rusage starts at 0, but the ledger counts from the start of
/// the parent.
std::uint64_t ResidencyWatch::page_faults() const {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_minflt + usage.ru_majflt) -
         accounting_.cost().page_faults;
}

}  // namespace tfm::bench
