// SPDX-License-Identifier: MIT
// Registers a benchmark, and skips it when something is wrong.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <string>

namespace tfm::micro {

/// Registers `run` with one thread (as `name`) and with two (Google Benchmark calls it
/// name/threads:2). `run` is called once per run and thread, and has its own loop.
void register_case(const std::string& name, const std::function<void(benchmark::State&)>& run);

/// Skips the benchmark, so that wrong results are not timed.
void skip(benchmark::State& state, const char* why);

/// True if a benchmark was skipped. Google Benchmark would still exit with 0.
bool something_failed();

}  // namespace tfm::micro
