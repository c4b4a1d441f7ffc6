// SPDX-License-Identifier: MIT
// The table of the axes as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace tfm::bench {

/// What `tfmbench list axes --json` prints: a list, an object for each axis.
nlohmann::ordered_json axes_json();

/// results/schema/axes.schema.json: what a result file says of its block.
nlohmann::ordered_json axes_schema();

}  // namespace tfm::bench
