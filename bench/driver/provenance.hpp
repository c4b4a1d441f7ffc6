// SPDX-License-Identifier: MIT
// Where a run's numbers come from: source, build, libraries, machine; and what about them a reader
// must be warned of.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/driver/lines_of_code.hpp"

namespace tfm::bench {

struct Provenance {
  std::string git_revision;  ///< "unknown" outside git
  bool git_dirty;
  std::string compiler, flags, build_type;
  std::map<std::string, std::string> libraries;  ///< name to the version that runs now

  std::optional<LinesOfCode> lines_of_code;  ///< of the source; nothing where it is not there

  // The machine; what cannot be read is nothing.
  std::string cpu;
  std::uint32_t cores;  ///< online
  std::string kernel;
  std::uint64_t memory_bytes;
  std::optional<std::string> governor;    ///< cpufreq's, of CPU 0
  std::optional<std::string> aslr;        ///< kernel.randomize_va_space: "off", "partial", "full"
  std::optional<std::string> hypervisor;  ///< its CPUID name; nothing on bare metal
};

Provenance provenance();

/// False in a build that must not time: not optimised, or instrumented by a sanitizer.
bool build_may_time();

/// What makes this build and machine worse to measure on, a line each. `cpus`: the most threads of
/// any block.
std::vector<std::string> warnings(const Provenance& provenance, std::uint32_t cpus);

/// The cores that this process may run on, ascending.
std::vector<unsigned> allowed_cores();

}  // namespace tfm::bench
