// SPDX-License-Identifier: MIT
#include "bench/micro/case.hpp"

#include <atomic>

namespace tfm::micro {
namespace {
std::atomic<bool> skipped = false;
}

void register_case(const std::string& name, const std::function<void(benchmark::State&)>& run) {
#ifndef __clang_analyzer__  // it does not see that Google Benchmark's registry owns these objects
  benchmark::RegisterBenchmark(name.c_str(), run);
  benchmark::RegisterBenchmark(name.c_str(), run)->Threads(2);
#endif
}

void skip(benchmark::State& state, const char* why) {
  skipped = true;
  state.SkipWithError(why);
}

bool something_failed() { return skipped; }

}  // namespace tfm::micro
