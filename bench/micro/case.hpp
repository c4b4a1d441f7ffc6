// SPDX-License-Identifier: MIT
// One benchmark: how it is registered, and what becomes of it when something is wrong.
#pragma once

#include <benchmark/benchmark.h>

#include <atomic>
#include <string>
#include <utility>

namespace tfm::micro {

/// Registers `run` (a callable on benchmark::State&) with one thread, under `name` itself, and with
/// two, which Google Benchmark calls name/threads:2.
template <class Run>
void register_case(const std::string& name, Run run) {
  benchmark::RegisterBenchmark(name.c_str(), run);
  benchmark::RegisterBenchmark(name.c_str(), std::move(run))->Threads(2);
}

inline std::atomic<bool> something_failed = false;

/// Nothing wrong is timed: the benchmark is skipped, and the process will end with exit code 1
/// (Google Benchmark's own would be 0).
inline void skip(benchmark::State& state, const char* why) {
  something_failed = true;
  state.SkipWithError(why);
}

}  // namespace tfm::micro
