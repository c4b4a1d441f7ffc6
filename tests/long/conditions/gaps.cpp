// SPDX-License-Identifier: MIT
// What interrupts take from a thread: reads the TSC for SECONDS and prints, as JSON, the gaps that
// are longer than a microsecond.
#include <x86intrin.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

double seconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

int main(int argc, char** argv) {
  const double length = argc > 1 ? std::atof(argv[1]) : 10;
  const double begin = seconds();
  const unsigned long long first = __rdtsc();
  while (seconds() - begin < 0.1) {
  }
  const double per_second = static_cast<double>(__rdtsc() - first) / (seconds() - begin);
  const auto least = static_cast<unsigned long long>(per_second * 1e-6);
  const auto end = __rdtsc() + static_cast<unsigned long long>(per_second * length);
  unsigned long long gaps = 0;
  unsigned long long longest = 0;
  unsigned long long total = 0;
  for (unsigned long long before = __rdtsc(); before < end;) {
    const unsigned long long now = __rdtsc();
    const unsigned long long gap = now - before;
    before = now;
    if (gap < least) continue;
    ++gaps;
    total += gap;
    if (gap > longest) longest = gap;
  }
  std::printf("{\"seconds\": %.3f, \"gaps\": %llu, \"total_us\": %.1f, \"longest_us\": %.1f}\n",
              length, gaps, static_cast<double>(total) / per_second * 1e6,
              static_cast<double>(longest) / per_second * 1e6);
}
