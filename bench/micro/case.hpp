// SPDX-License-Identifier: MIT
// One benchmark: how it is registered, and what becomes of it when something is wrong.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <string>

namespace tfm::micro {

/// Registers `run`, which is called once a run and thread and loops itself: with one thread under
/// `name`, and with two, which Google Benchmark calls name/threads:2.
void register_case(const std::string& name, const std::function<void(benchmark::State&)>& run);

/// Nothing wrong is timed: the benchmark is skipped.
void skip(benchmark::State& state, const char* why);

/// True once a benchmark was skipped. Google Benchmark's own exit code would be 0 then.
bool something_failed();

}  // namespace tfm::micro
