// SPDX-License-Identifier: MIT
// Where a run's numbers come from: source, build, libraries, machine. Also the warnings about them.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/driver/lines_of_code.hpp"
#include "bench/machine/machine.hpp"

namespace tfm::bench {

struct Provenance {
  std::string git_revision;  ///< "unknown" outside git
  bool git_dirty;
  std::string compiler, flags, build_type;
  std::string build_hash;  ///< of the round executables (RoundExecutables::hash())
  std::map<std::string, std::string> libraries;  ///< name to the version at run time
  std::optional<LinesOfCode> lines_of_code;      ///< nothing if the source is not there

  Machine machine;
};

/// `cores`: those that the simulated CPUs are pinned to.
Provenance provenance(std::span<const unsigned> cores, std::optional<Topology> topology,
                      std::string build_hash);

/// False if this build must not time: it is not optimised, or a sanitizer instruments it.
bool build_may_time();

/// One line for each property of the build and the machine that makes measurements worse.
std::vector<std::string> warnings(const Provenance& provenance);

}  // namespace tfm::bench
