// SPDX-License-Identifier: MIT
// The axes of a block by name, each with the text form of its values: what matrices, --set and
// --filter share, and the one place that knows what a valid value is.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "bench/block.hpp"

namespace tfm::bench {

/// How a matrix file writes the axis's values.
enum class AxisType { text, integer, number, faults };

struct Axis {
  std::string_view name;
  AxisType type;
  /// Sets the axis from text; the error says what would be right.
  tl::expected<void, std::string> (*set)(Block& block, std::string_view text);
  /// The value in its one canonical form, which set() takes.
  std::string (*get)(const Block& block);
  std::string (*values)();  ///< what set() takes, in words
  std::string_view meaning;
};

/// In the order of bench/block.hpp.
std::span<const Axis> axes();

/// nullptr where there is none of that name.
const Axis* find_axis(std::string_view name);
std::vector<std::string> axis_names();

}  // namespace tfm::bench
