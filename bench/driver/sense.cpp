// SPDX-License-Identifier: MIT
#include "bench/driver/sense.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/driver/catalog.hpp"
#include "bench/words.hpp"
#include "runtime/algorithm.hpp"
#include "runtime/gfp.hpp"
#include "runtime/zone/page_allocator.hpp"

namespace tfm::bench {
namespace {

/// A cell's handles are one block: more of them, and no zone has one as large.
constexpr std::uint32_t most_sockets_in_a_zone = 100'000;

/// Why the combination makes no sense in a zone; empty where it does.
std::string nonsense_under_pressure(const Block& b) {
  const Block usual;
  if (b.counted_only()) return "a block with faults, algorithms or scratch is only counted";
  if (b.cpus > 1) return "a pressure round runs on one CPU, so that it can be repeated bit for bit";
  if (b.load != usual.load) return "a pressure round searches for its load";
  if (b.cache != usual.cache) return "a pressure round measures with a warm cache";
  if (b.allocator != usual.allocator) return "the same as allocator=glibc: the zone is the heap";
  if (b.heap != usual.heap) return "the same as heap=fresh: the zone is the heap";
  if (const std::uint32_t reserve = zone_watermarks(b.pages, 0).high; reserve >= b.pages) {
    return fmt::format("the zone's own reserve is {} pages", reserve);
  }
  if (b.sockets > most_sockets_in_a_zone) {
    return fmt::format("a zone holds the handles of {} sockets at most", most_sockets_in_a_zone);
  }
  if (b.churn_percent > 0 && b.sockets < 2) return "under churn one socket would always be closed";
  return {};
}

/// Why the combination makes no sense with an engine; empty where it does.
std::string nonsense_in_flight(const Block& b, const Algorithm& algorithm) {
  const Block usual;
  if (!algorithm.flat) {
    return algorithm.family == Family::compression
               ? fmt::format("{} works in memory that each CPU has but once", b.algorithm)
               : fmt::format("{} has no request apart from its transform", b.provider);
  }
  if (b.pages > 0) return "memory pressure is a pass of its own";
  if (b.counted_only()) return "a block with faults, algorithms or scratch is only counted";
  if (b.cpus > 1) return "an in_flight round runs on one CPU, in virtual time";
  if (b.load != usual.load) return "an in_flight round finds its load";
  if (b.cache != usual.cache) return "an in_flight round measures with a warm cache";
  if (b.heap != usual.heap) return "an in_flight round measures on a fresh heap";
  if (b.churn_percent > 0) return "sockets stay open while operations are in flight";
  return {};
}

}  // namespace

Passes suited_passes(const Block& block) {
  if (block.in_flight > 0) return {Pass::in_flight};
  if (block.pages > 0) return {Pass::pressure};
  if (block.counted_only()) return {Pass::counted};
  return {Pass::timed, Pass::counted};
}

std::string nonsense(const Block& b, const std::vector<std::string>& strategies) {
  const Algorithm* const algorithm = find_algorithm(b.algorithm, b.provider);
  if (algorithm == nullptr) return fmt::format("{} does not have {}", b.provider, b.algorithm);
  const std::string protocol = split(b.workload, '/').front();
  if (!protocol_supports(protocol, b.algorithm, b.provider)) {
    return fmt::format("{} does not use {}; it takes {}", protocol, b.algorithm,
                       fmt::join(protocol_algorithms(protocol), ", "));
  }
  if (!allocator_installed(*allocator_named(b.allocator))) {
    return fmt::format("{} is not installed", b.allocator);
  }
  if (!protocol_runs_over(protocol, b.ip == "v6")) {
    return fmt::format("{} runs over IPv6 alone: ip=v6", protocol);
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
  if (b.algorithms > b.sockets) return "fewer sockets than algorithms in parallel";
  const std::vector<std::uint32_t> users = scratch_users(b.scratch);
  if (b.algorithms > 1 && users.size() > 1) {
    return "sockets differ in algorithm or in scratch, not in both";
  }
  if (users.size() > b.sockets) return "fewer sockets than users of scratch";
  const std::size_t need = protocol_scratch_bytes(protocol, b.algorithm, b.provider);
  if (std::any_of(users.begin(), users.end(), [&](std::uint32_t bytes) { return bytes < need; })) {
    return fmt::format("{} needs {} bytes of scratch", protocol, need);
  }
  if (b.counted_only() && (b.load != "closed" || b.cache != "warm")) {
    return "a block with faults, algorithms or scratch is only counted, and counting knows neither "
           "load nor cache";
  }
  if (b.has_faults() && b.faults.gfp == "any" && b.churn_percent == 0) {
    return "the same as gfp=atomic: without churn nothing opens while faults strike";
  }
  const Block usual;
  if (b.openssl != usual.openssl && b.provider != "openssl") {
    return fmt::format("the same as openssl=shared: the provider is {}", b.provider);
  }
  if (b.pages == 0 && b.ring != usual.ring) {
    return "the same as ring=512: only a block with pages has a ring";
  }
  if (b.in_flight > 0) return nonsense_in_flight(b, *algorithm);
  if (b.engine_ns != usual.engine_ns) {
    return "the same as engine_ns=20000: only a block with in_flight has an engine";
  }
  if (b.pages > 0) return nonsense_under_pressure(b);
  return {};
}

std::string refusal(const Block& b, const std::string& strategy) {
  Algorithm algorithm = *find_algorithm(b.algorithm, b.provider);
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
  const std::string alias = fmt::format("{}#2", algorithm.name);  // as Kinds names them
  algorithm.name = alias;
  return std::string(strategy_refuses(strategy, algorithm, users.front()));
}

}  // namespace tfm::bench
