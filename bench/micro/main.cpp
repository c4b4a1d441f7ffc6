// SPDX-License-Identifier: MIT
// tfmbench_micro: Google Benchmark for every strategy × provider × algorithm × size × threads, and
// for the bare providers. All flags of Google Benchmark work. A filter is a regular expression:
// escape the parentheses of hmac(sha1).
//
// Exit codes: 0 done, 1 a result was wrong, 2 bad arguments or a build that must not time.
#include <fmt/format.h>

#include <cstdio>

#include "bench/micro/bare.hpp"
#include "bench/micro/bare_jobs.hpp"
#include "bench/micro/cell.hpp"
#include "runtime/known_answers.hpp"
#include "strategies/registry.hpp"

namespace tfm::micro {
namespace {

#ifdef __OPTIMIZE__
constexpr bool optimised = true;
#else
constexpr bool optimised = false;
#endif

/// Data bytes of a packet: about a keepalive, and a full segment.
constexpr std::size_t sizes[] = {64, 1460};

void register_all(const Algorithm& algorithm) {
  for_each_strategy([&]<class S>() {
    for (const std::size_t bytes : sizes) {
      register_strategy<S>("packet", algorithm, bytes, &Cell<S>::packet);
    }
    register_strategy<S>("start_end", algorithm, 0, &Cell<S>::start_end);
    if (algorithm.keyed) register_strategy<S>("setkey", algorithm, 0, &Cell<S>::setkey);
    register_strategy<S>("open_close", algorithm, 0, &Cell<S>::open_close);
  });
}

int run(int argc, char** argv) {
  if (!optimised) {
    fmt::print(stderr,
               "tfmbench_micro: built without optimisation, so it must not time; build with "
               "-DCMAKE_BUILD_TYPE=Release\n");
    return 2;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  if (const Errno e = providers_init(); failed(e)) {
    fmt::print(stderr, "tfmbench_micro: a provider cannot be initialised: {}\n", name(e));
    return 1;
  }
  for (const Algorithm* algorithm : algorithms()) {
    if (algorithm->family != Family::hash) continue;  // a packet here is TCP-AO's
    if (const auto known = check_known_answers(*algorithm); !known) {
      fmt::print(stderr, "tfmbench_micro: {}\n", known.error());
      return 1;
    }
    for (const std::size_t bytes : sizes) {
      if (algorithm->name == "hmac(sha1)" && algorithm->provider == "nettle") {
        register_bare_jobs(*algorithm, bytes);
      }
      if (register_bare(*algorithm, bytes)) continue;
      fmt::print(stderr, "tfmbench_micro: bench/micro/bare.cpp lacks {} of {}\n", algorithm->name,
                 algorithm->provider);
      return 1;
    }
    register_all(*algorithm);
  }
  const std::size_t ran = benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  if (ran == 0) return 2;  // Google Benchmark has printed that the filter matches nothing
  return something_failed() ? 1 : 0;
}

}  // namespace
}  // namespace tfm::micro

int main(int argc, char** argv) { return tfm::micro::run(argc, argv); }
