// SPDX-License-Identifier: MIT
// The machine that a run is measured on: what it is, and how it is set. A value that cannot be read
// is nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/machine/cpu_identity.hpp"
#include "bench/machine/topology.hpp"

namespace tfm::bench {

struct Machine {
  std::string architecture;  ///< "x86_64", "aarch64"
  CpuIdentity cpu;           ///< of the first CPU used
  bool cpus_differ = false;  ///< whether another CPU used says something else of itself
  std::optional<Topology> topology;
  std::uint32_t threads = 0;  ///< hardware threads online
  std::uint64_t memory_bytes = 0;
  std::string kernel;                                             ///< "Linux 6.1.0-18-amd64"
  std::optional<std::map<std::string, std::string>> mitigations;  ///< vulnerability to what is done
  std::optional<std::string> thp, thp_defrag;  ///< transparent huge pages: "always", "madvise", ...
  std::map<unsigned, std::optional<std::string>> governors;  ///< cpufreq's, of each CPU used
  std::optional<std::string> aslr;        ///< kernel.randomize_va_space: "off", "partial", "full"
  std::optional<std::string> hypervisor;  ///< its name; "none" on bare metal
  std::optional<std::string> host;        ///< hash of the host's name (host_hash())
};

/// Reads all but topology and host from `root`, which is "/" except in tests. `cpus`: those that
/// are used.
Machine read_machine(std::span<const unsigned> cpus, std::optional<Topology> topology,
                     const std::filesystem::path& root = "/");

}  // namespace tfm::bench
