// SPDX-License-Identifier: MIT
// The table of the axes as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace tfm::bench {

/// What `tfmbench list axes --json` prints: a list with an object for each axis.
nlohmann::ordered_json axes_json();

/// The text of results/schema/axes.schema.json, the schema of a block's axes in a result file.
nlohmann::ordered_json axes_schema();

}  // namespace tfm::bench
