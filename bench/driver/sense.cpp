// SPDX-License-Identifier: MIT
#include "bench/driver/sense.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/axes/combinations.hpp"
#include "bench/axes/forms.hpp"
#include "bench/driver/catalog.hpp"
#include "bench/driver/round_executables.hpp"
#include "bench/machine/cache_lines.hpp"
#include "bench/words.hpp"
#include "runtime/algorithm.hpp"
#include "runtime/gfp.hpp"
#include "runtime/zone/page_allocator.hpp"

namespace tfm::bench {
namespace {

/// The handles of a cell's sockets are one block. With more sockets, no zone has a block large
/// enough.
constexpr std::uint32_t most_sockets_in_a_zone = 100'000;

/// The reason why the block makes no sense in a zone, or empty.
std::string nonsense_under_pressure(const Block& b) {
  if (const std::uint32_t reserve = zone_watermarks(b.pages, 0).high; reserve >= b.pages) {
    return fmt::format("the zone's reserve alone takes {} pages", reserve);
  }
  if (b.sockets > most_sockets_in_a_zone) {
    return fmt::format("a zone can hold the handles of at most {} sockets", most_sockets_in_a_zone);
  }
  if (b.churn_percent > 0 && b.sockets < 2)
    return "with churn, the only socket would always be closed";
  return {};
}

/// Whether the strategy computes the same with api=flat. With ahash_library a library's user calls
/// the kernel's library, with ahash the provider's functions.
bool same_as_flat(const Block& b, const std::string& strategy) {
  return b.api == "flat" || strategy == "null" ||
         (b.api == "ahash" && strategy_is_library(strategy));
}

/// The reason why an engine cannot compute the algorithm, or empty.
std::string nonsense_in_flight(const Algorithm& algorithm) {
  if (algorithm.flat) return {};
  return algorithm.family == Family::compression
             ? fmt::format("{} works in memory that each CPU has only once", algorithm.name)
             : fmt::format("{} has no request apart from its transform", algorithm.provider);
}

/// The reason why the sockets' memory cannot be flushed, or empty.
std::string nonsense_cold(const Block& b, const Algorithm& algorithm) {
  if (!flushes_cache_lines) return "on this machine a process cannot flush a cache line";
  if (b.load != "closed") return "sockets are flushed between polls, and a load has no polls";
  if (algorithm.keyed && algorithm.transform_init != nullptr &&
      algorithm.transform_block == nullptr) {
    return fmt::format("{} keeps keys in memory that it does not name, so it cannot be flushed",
                       algorithm.provider);
  }
  return {};
}

}  // namespace

std::string nonsense(const Block& b, const std::vector<std::string>& strategies) {
  const Algorithm* const algorithm = find_algorithm(b.algorithm, b.provider);
  if (algorithm == nullptr) return fmt::format("{} does not have {}", b.provider, b.algorithm);
  if (algorithm_of(b) == nullptr) {
    return fmt::format("api={} is a model of the kernel's hashes over nettle; {} of {} has none",
                       b.api, b.algorithm, b.provider);
  }
  if (std::string reason = no_executable(b); !reason.empty()) return reason;
  const auto same = [&](const std::string& strategy) { return same_as_flat(b, strategy); };
  if (b.api != "flat" && std::all_of(strategies.begin(), strategies.end(), same)) {
    return "the same as api=flat: none of the strategies has a transform behind the API";
  }
  const std::string protocol = split(b.workload, '/').front();
  if (!protocol_supports(protocol, b.algorithm, b.provider)) {
    return fmt::format("{} does not use {}; it takes {}", protocol, b.algorithm,
                       fmt::join(protocol_algorithms(protocol), ", "));
  }
  if (!allocator_installed(*allocator_named(b.allocator))) {
    return fmt::format("{} is not installed", b.allocator);
  }
  if (!protocol_runs_over(protocol, b.ip == "v6")) {
    return fmt::format("{} runs over IPv6 only: set ip=v6", protocol);
  }
  if (b.cpus > b.possible_cpus) return "more CPUs than possible CPUs";
  if (b.cpus > b.sockets) return "fewer sockets than CPUs";
  if (b.options == "omitted" && !protocol_options_vary(protocol)) {
    return fmt::format("the same as options=covered: {} has no such choice", protocol);
  }
  if (b.key == "prepared") {
    if (!algorithm->keyed) return "the same as key=raw: the algorithm is keyless";
    if (std::find(strategies.begin(), strategies.end(), "per_request_key") == strategies.end()) {
      return "the same as key=raw: per_request_key is not among the strategies";
    }
  }
  if (b.choice == "zipf" && b.sockets == 1) return "the same as choice=uniform: one socket";
  if (b.flow_run > 1 && b.sockets == 1) return "the same as flow_run=1: one socket";
  if (b.algorithms > b.sockets) return "fewer sockets than algorithms in parallel";
  const std::vector<std::uint32_t> users = scratch_users(b.scratch);
  if (b.algorithms > 1 && users.size() > 1) {
    return "sockets can differ in algorithm or in scratch, not in both";
  }
  if (users.size() > b.sockets) return "fewer sockets than users of scratch";
  const std::size_t need = protocol_scratch_bytes(protocol, b.algorithm, b.provider);
  if (std::any_of(users.begin(), users.end(), [&](std::uint32_t bytes) { return bytes < need; })) {
    return fmt::format("{} needs {} bytes of scratch", protocol, need);
  }
  if (b.has_faults() && b.faults.gfp == "any" && b.churn_percent == 0) {
    return "the same as gfp=atomic: without churn no socket opens while faults are on";
  }
  if (b.openssl == "percpu" && b.provider != "openssl") {
    return fmt::format("the same as openssl=shared: the provider is {}", b.provider);
  }
  if (b.in_flight > 0) {
    if (std::string reason = nonsense_in_flight(*algorithm); !reason.empty()) return reason;
  }
  if (std::string reason = excluded(b); !reason.empty()) return reason;
  if (cache_state(b.cache)->cold) {
    if (std::string reason = nonsense_cold(b, *algorithm); !reason.empty()) return reason;
  }
  return b.pages > 0 ? nonsense_under_pressure(b) : std::string();
}

std::string refusal(const Block& b, const std::string& strategy) {
  Algorithm algorithm =
      strategy_is_library(strategy) ? library_form(*algorithm_of(b)) : *algorithm_of(b);
  std::vector<std::uint32_t> users = scratch_users(b.scratch);
  if (users.empty()) {
    const std::string protocol = split(b.workload, '/').front();
    users.push_back(
        static_cast<std::uint32_t>(protocol_scratch_bytes(protocol, b.algorithm, b.provider)));
  }
  for (const std::uint32_t bytes : users) {
    const std::string_view reason = strategy_refuses(strategy, algorithm, bytes);
    if (!reason.empty()) return std::string(reason);
  }
  if (b.algorithms == 1) return {};
  const std::string alias = fmt::format("{}#2", algorithm.name);  // as in Kinds
  algorithm.name = alias;
  return std::string(strategy_refuses(strategy, algorithm, users.front()));
}

}  // namespace tfm::bench
