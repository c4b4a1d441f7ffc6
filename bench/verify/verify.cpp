// SPDX-License-Identifier: MIT
#include "bench/verify/verify.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "bench/result_file.hpp"
#include "bench/verify/algorithm_name.hpp"
#include "bench/verify/rfc9235.hpp"
#include "bench/verify/same_packets.hpp"
#include "bench/verify/with_api.hpp"
#include "runtime/known_answers.hpp"

namespace tfm::bench {
namespace {

/// Prints the result of each check, and remembers whether all were right.
class Report {
 public:
  void ok(std::string_view line) { fmt::print("ok     {}\n", line); }
  void wrong(std::string_view line) {
    fmt::print("WRONG  {}\n", line);
    all_right_ = false;
  }
  bool all_right() const noexcept { return all_right_; }

 private:
  bool all_right_ = true;
};

void check_algorithms(Report& report) {
  for (const Api api : all_apis) {
    for (const Algorithm* a : algorithms(api)) {
      const auto reproduced = check_known_answers(*a);
      if (reproduced) {
        report.ok(fmt::format("known answers: {} of {}{}: {}", a->name, a->provider, with_api(api),
                              *reproduced));
      } else {
        report.wrong(reproduced.error());
      }
    }
  }
}

/// Checks each vector with every provider that has its algorithm.
void check_vectors(const std::vector<AoVector>& vectors, Report& report) {
  std::size_t right = 0;
  for (const AoVector& v : vectors) {
    const std::string_view name = canonical_algorithm(v.algorithm);
    std::size_t providers = 0, wrong = 0;
    for (const Algorithm* a : algorithms()) {
      if (a->name != name) continue;
      ++providers;
      const auto difference = check_ao_vector(v, *a);
      if (!difference) continue;
      report.wrong(*difference);
      ++wrong;
    }
    if (providers == 0)
      report.wrong(fmt::format("vector {}: no provider has {}", v.section, v.algorithm));
    if (providers > 0 && wrong == 0) ++right;
  }
  const std::string line = fmt::format("TCP-AO vectors: {} of {}", right, vectors.size());
  right == vectors.size() ? report.ok(line) : report.wrong(line);
}

int fail(std::string_view line) {
  fmt::print(stderr, "tfmbench verify: {}\n", line);
  return 2;
}

}  // namespace

int verify(const VerifyOptions& options) {
  Report report;
  if (failed(providers_init())) report.wrong("a crypto library cannot be initialised");

  std::string text(rfc9235_json());
  if (!options.vectors.empty()) {
    auto file = read_whole(options.vectors);
    if (!file) return fail(file.error());
    text = std::move(*file);
  }
  const auto vectors =
      read_ao_vectors(text, options.vectors.empty() ? "RFC 9235" : options.vectors);
  if (!vectors) return fail(vectors.error());

  check_algorithms(report);
  check_vectors(*vectors, report);
  for (const SamePackets& same : check_same_packets()) {
    same.difference.empty() ? report.ok(same.checked) : report.wrong(same.difference);
  }
  return report.all_right() ? 0 : 1;
}

}  // namespace tfm::bench
