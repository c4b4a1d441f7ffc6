// SPDX-License-Identifier: MIT
// Where a run's numbers come from: source, build, libraries, machine. Also the warnings about them.
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
  std::map<std::string, std::string> libraries;  ///< name to the version at run time
  std::optional<LinesOfCode> lines_of_code;      ///< nothing if the source is not there

  // The machine. A value that cannot be read is nothing.
  std::string cpu;
  std::uint32_t cores;  ///< online
  std::string kernel;
  std::uint64_t memory_bytes;
  std::optional<std::string> governor;    ///< cpufreq governor of CPU 0
  std::optional<std::string> aslr;        ///< kernel.randomize_va_space: "off", "partial", "full"
  std::optional<std::string> hypervisor;  ///< the CPUID name; nothing on bare metal
};

Provenance provenance();

/// False if this build must not time: it is not optimised, or a sanitizer instruments it.
bool build_may_time();

/// One line for each property of the build and the machine that makes measurements worse. `cpus`:
/// the largest number of threads of any block.
std::vector<std::string> warnings(const Provenance& provenance, std::uint32_t cpus);

}  // namespace tfm::bench
