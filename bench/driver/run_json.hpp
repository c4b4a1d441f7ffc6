// SPDX-License-Identifier: MIT
// run.json (results/README.md): describes a run, and tells whether a folder belongs to the same
// run.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/driver/asked.hpp"
#include "bench/driver/plan.hpp"
#include "bench/driver/provenance.hpp"
#include "bench/utc_time.hpp"

namespace tfm::bench {

struct RunIdentity {
  std::string run;  ///< the folder's name
  Asked asked;
  Matrix matrix;                ///< with --set and --rounds applied; its blocks are `plan`'s
  Plan plan;                    ///< with --filter applied
  std::vector<unsigned> cores;  ///< cores for the simulated CPUs
  Provenance provenance;
  std::vector<std::string> warnings;
};

std::string run_json(const RunIdentity& identity);

/// `max_time_seconds` of run.json: null if there is no limit.
nlohmann::json seconds_of(const Precision& precision);

/// Checks that the run.json `text` describes the same run. The error names the difference, or what
/// is wrong with the file. The folder's name, the host, the memory's size, the warnings, the lines
/// of code, and the words that asked for the same rounds can differ.
OrLine<void> same_run(const std::string& text, const RunIdentity& identity);

/// When the round of the file `text` ended. The error says what is wrong.
OrLine<UtcTime> end_of_round(const std::string& text);

/// Checks that `text` is the round file for `request`, whenever and on whichever host of the same
/// kind it was measured. Returns when it ended. The error says what is wrong.
OrLine<UtcTime> check_round(const std::string& text, const RoundRequest& request);

}  // namespace tfm::bench
