// SPDX-License-Identifier: MIT
// run.json (results/README.md): what a run is, and whether a folder holds the same one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/driver/plan.hpp"
#include "bench/driver/provenance.hpp"

namespace tfm::bench {

struct RunIdentity {
  std::string run;  ///< the folder's name
  Matrix matrix;    ///< with --set and --rounds applied; its blocks are `plan`'s
  Plan plan;        ///< with --filter applied
  std::uint64_t seed = 1;
  std::vector<unsigned> cores;  ///< where simulated CPUs are pinned
  Provenance provenance;
  std::vector<std::string> warnings;
};

std::string run_json(const RunIdentity& identity);

/// Whether the run.json `text` is of the same run. The error names what differs, or what is wrong
/// with the file. The folder's name, the memory's size, the warnings and the lines of code may
/// differ.
OrLine<void> same_run(const std::string& text, const RunIdentity& identity);

/// Whether `text` is a round file that answers `request`. The error says what is wrong.
OrLine<void> check_round(const std::string& text, const RoundRequest& request);

}  // namespace tfm::bench
