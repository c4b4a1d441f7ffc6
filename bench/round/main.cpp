// SPDX-License-Identifier: MIT
// tfmbench_round, tfmbench_round_retpoline and tfmbench_round_counted: one process, one block, one
// round. The request comes on stdin; the result goes to the file named by --out. The counted
// executable differs from the first only in the gfp object that it links, the one with retpolines
// only in the model of the kernel's crypto API. With --marked, the two that time do a marked round
// in place of a timed one.
#include <fmt/format.h>
#include <sys/prctl.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <iterator>
#include <new>
#include <string_view>

#include "bench/axes/combinations.hpp"
#include "bench/counted/round.hpp"
#include "bench/in_flight/round.hpp"
#include "bench/machine/huge_pages.hpp"
#include "bench/marked/round.hpp"
#include "bench/pressure/round.hpp"
#include "bench/result_file.hpp"
#include "bench/timed/round.hpp"
#include "runtime/allocator.hpp"
#include "runtime/cpu.hpp"
#include "runtime/openssl_contexts.hpp"
#include "runtime/rcu.hpp"
#include "runtime/spectre_v2.hpp"

namespace tfm::bench {
namespace {

enum Exit { done = 0, refused = 1, bad_request = 2, bad_file = 2 };

int fail(Exit code, std::string_view line) {
  fmt::print(stderr, "tfmbench_round: {}\n", line);
  return code;
}

/// The counted executable does the counted pass, the others the other passes.
bool does(bool counted, Pass pass) { return counted == (pass == Pass::counted); }

/// `accounting` is nullptr in the executables that time.
std::string result_of(const RoundRequest& request, Accounting* accounting, bool marked) {
  if (marked) return run_marked_round(request);
  switch (request.pass) {
    case Pass::timed:
      return to_json(request, run_timed_round(request));
    case Pass::counted:
      return to_json(request,
                     run_counted_round(request, *accounting, counted_packets(request.block)));
    case Pass::pressure:
      return to_json(request, run_pressure_round(request));
    case Pass::in_flight:
      return to_json(request, run_in_flight_round(request));
  }
  return {};
}

int run(const std::string& out, bool marked) {
  RoundRequest request;
  try {
    request = round_request_from_json(
        {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()});
  } catch (const std::exception& e) {
    return fail(bad_request, e.what());
  }
  Accounting* accounting = gfp_accounting();
  if (!does(accounting != nullptr, request.pass)) {
    return fail(bad_request,
                fmt::format("this executable does not do {} rounds", pass_name(request.pass)));
  }
  if (marked && request.pass != Pass::timed) {
    return fail(bad_request, "a marked round is asked for as a timed one");
  }
  if (const std::string reason = no_such_round(request.block, request.pass); !reason.empty()) {
    return fail(bad_request, reason);
  }
  if (request.block.spectre_v2 != spectre_v2()) {
    return fail(bad_request,
                fmt::format("this executable does blocks with spectre_v2 = {} only", spectre_v2()));
  }
#ifndef __OPTIMIZE__
  if (request.pass != Pass::counted) {
    return fail(bad_request, "an unoptimised build must not time");
  }
#endif
  if (failed(gfp_use(*allocator_named(request.block.allocator)))) {
    return fail(refused, fmt::format("{} is not installed here", request.block.allocator));
  }
  openssl_use(*openssl_contexts_named(request.block.openssl));
  set_possible_cpus(request.block.possible_cpus);
  if (const Errno e = providers_init(); failed(e)) {
    return fail(refused, fmt::format("a provider cannot be initialised: {}", name(e)));
  }
  if (accounting == nullptr) {
    jemalloc_keep_memory();
    align_mappings();
  }
  const RcuThread rcu;
  std::string text;
  try {
    text = result_of(request, accounting, marked);
  } catch (const std::bad_alloc&) {
    return fail(refused, fmt::format("{}: out of memory", request.block_id));
  } catch (const std::exception& e) {
    return fail(refused, fmt::format("{}: {}", request.block_id, e.what()));
  }
  if (const auto written = write_whole(out, text); !written) {
    return fail(bad_file, written.error());
  }
  return done;
}

}  // namespace
}  // namespace tfm::bench

int main(int argc, char** argv) {
  // A counted round stays on base pages, whatever its block says: a huge page is resident as a
  // whole.
  tfm::bench::use_base_pages();
  if (tfm::gfp_accounting() == nullptr) tfm::bench::align_heap();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool marked = argc > 1 && std::string_view(argv[1]) == "--marked";
  const int place = marked ? 2 : 1;
  if (argc != place + 2 || std::string_view(argv[place]) != "--out") {
    return tfm::bench::fail(tfm::bench::bad_request,
                            "usage: tfmbench_round [--marked] --out FILE < request.json");
  }
  return tfm::bench::run(argv[place + 1], marked);
}
