// SPDX-License-Identifier: MIT
#include "bench/round/residency.hpp"

#include <sys/resource.h>

#include "bench/round/machine_watch.hpp"

namespace tfm::bench {

ResidencyWatch::ResidencyWatch(const Accounting& accounting)
    : accounting_(accounting), begin_(page_faults()) {}

Residency ResidencyWatch::now() const {
  Residency r;
  r.page_faults = page_faults() - begin_;
  const auto rss = static_cast<std::uint64_t>(resident_bytes());
  if (rss > 0) r.rss_bytes = rss - accounting_.cost().resident_bytes;
  r.allocator = gfp_allocator_statistics();
  return r;
}

/// Modulo 2^64: a forked process counts its own from 0, the ledger its own since its parent began.
std::uint64_t ResidencyWatch::page_faults() const {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_minflt + usage.ru_majflt) -
         accounting_.cost().page_faults;
}

}  // namespace tfm::bench
