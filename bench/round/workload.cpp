// SPDX-License-Identifier: MIT
#include "bench/round/workload.hpp"

#include <fmt/format.h>

#include "bench/round/workload_of.hpp"
#include "runtime/cpu.hpp"
#include "workloads/registry.hpp"

namespace tfm::bench {

namespace {

/// A word that means neither must not be measured as if it were the usual one.
void require_word(std::string_view axis, std::string_view value, std::string_view usual,
                  std::string_view other) {
  if (value == usual || value == other) return;
  throw std::runtime_error(
      fmt::format("{} is \"{}\", neither \"{}\" nor \"{}\"", axis, value, usual, other));
}

}  // namespace

std::unique_ptr<Workload> make_workload(const Block& block, std::uint64_t seed,
                                        std::size_t most_packets) {
  require_word("ip", block.ip, "v4", "v6");
  require_word("options", block.options, "covered", "omitted");
  require_word("choice", block.choice, "uniform", "zipf");
  require_word("key", block.key, "raw", "prepared");
  require_word("heap", block.heap, "fresh", "aged");
  const std::size_t slash = block.workload.find('/');
  const std::string protocol = block.workload.substr(0, slash);
  const std::string traffic = slash == std::string::npos ? "" : block.workload.substr(slash + 1);
  const auto sizes = sizes_named(traffic);
  if (!sizes) throw std::runtime_error(fmt::format("no traffic is called \"{}\"", traffic));
  const Algorithm* algorithm = find_algorithm(block.algorithm, block.provider);
  if (algorithm == nullptr) {
    throw std::runtime_error(
        fmt::format("provider {} has no algorithm {}", block.provider, block.algorithm));
  }
  if (block.cpus == 0 || block.cpus > block.sockets || block.cpus > block.possible_cpus) {
    throw std::runtime_error(
        fmt::format("{} CPUs need as many sockets (there are {}) and possible CPUs ({})",
                    block.cpus, block.sockets, block.possible_cpus));
  }
  set_possible_cpus(block.possible_cpus);
  std::unique_ptr<Workload> workload;
  ProtocolList::for_each([&]<class P>() {
    if (P::name != protocol) return;
    if (!P::supports(*algorithm)) {
      throw std::runtime_error(fmt::format("{} does not take {}", P::name, algorithm->name));
    }
    workload = std::make_unique<WorkloadOf<P>>(block, *algorithm, *sizes, seed, most_packets);
  });
  if (!workload) throw std::runtime_error(fmt::format("no protocol is called \"{}\"", protocol));
  return workload;
}

}  // namespace tfm::bench
