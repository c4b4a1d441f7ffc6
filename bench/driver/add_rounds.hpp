// SPDX-License-Identifier: MIT
// A run gets more rounds than it was begun with, or more time for its precision. Its run.json then
// tells which command asked for it, and when.
#pragma once

#include <optional>
#include <string>

#include "bench/driver/run_json.hpp"

namespace tfm::bench {

/// The run.json of a folder, for a run that goes on in it.
struct Continued {
  std::string text;  ///< as there, or with what `identity` adds
  bool adds = false;
};

/// Checks that the run.json `text` describes the run `identity`, perhaps with fewer rounds or less
/// time, and takes over which sittings it has had. `last_end`: when its last round ended; nothing:
/// it has none. Added rounds are a sitting of their own if they begin later than sitting_gap after
/// that. Errors: it is another run (same_run()), or has more.
OrLine<Continued> continue_run(const std::string& text, RunIdentity& identity,
                               std::optional<UtcTime> last_end, UtcTime now);

}  // namespace tfm::bench
