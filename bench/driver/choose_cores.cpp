// SPDX-License-Identifier: MIT
#include "bench/driver/choose_cores.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/machine/core_list.hpp"

namespace tfm::bench {
namespace {

/// Core 0 comes last, because it handles the interrupts on most machines.
OrLine<ChosenCores> choose(const std::vector<unsigned>& allowed, std::uint32_t cpus,
                           const Topology& topology) {
  ChosenCores chosen;
  chosen.cores = topology.one_per_core(std::vector<unsigned>(allowed.rbegin(), allowed.rend()));
  const std::size_t cores = chosen.cores.size();
  if (cores < cpus) {
    const std::string all = allowed.size() < cpus
                                ? ""
                                : fmt::format(", or allow several threads of a core (--cpus {})",
                                              core_list_text(std::span(allowed).first(cpus)));
    return tl::unexpected(
        fmt::format("blocks of {} CPUs need as many cores, but there are {} with {} hardware "
                    "threads: leave these blocks out (--filter cpus=...){}",
                    cpus, cores, allowed.size(), all));
  }
  if (cores > cpus) chosen.cores.resize(cpus);
  if (topology.cores.empty() && cpus > 1) {
    chosen.warnings.emplace_back(
        "which hardware threads share a core cannot be read: CPUs may be threads of one core; "
        "--cpus says which to use");
  }
  return chosen;
}

OrLine<ChosenCores> check(const std::vector<unsigned>& wanted, const std::vector<unsigned>& allowed,
                          std::uint32_t cpus, const Topology& topology) {
  for (const unsigned core : wanted) {
    if (!std::binary_search(allowed.begin(), allowed.end(), core)) {
      return tl::unexpected(fmt::format("--cpus: core {} is not available. There are: {}", core,
                                        core_list_text(allowed)));
    }
  }
  if (wanted.size() < cpus) {
    return tl::unexpected(
        fmt::format("--cpus names {} cores, but there are blocks of {} CPUs", wanted.size(), cpus));
  }
  ChosenCores chosen{wanted, {}};
  const std::span used = std::span(wanted).first(cpus);
  const std::size_t cores = topology.one_per_core(used).size();
  if (cores < cpus) {
    chosen.warnings.push_back(
        fmt::format("--cpus {}: {} hardware threads of {} {}: threads of one core slow each other "
                    "down",
                    core_list_text(used), cpus, cores, cores == 1 ? "core" : "cores"));
  }
  return chosen;
}

}  // namespace

OrLine<ChosenCores> choose_cores(const std::vector<unsigned>& wanted,
                                 const std::vector<unsigned>& allowed, std::uint32_t cpus,
                                 const std::optional<Topology>& topology) {
  const Topology known = topology.value_or(Topology());
  return wanted.empty() ? choose(allowed, cpus, known) : check(wanted, allowed, cpus, known);
}

}  // namespace tfm::bench
