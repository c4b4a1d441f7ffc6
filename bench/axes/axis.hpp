// SPDX-License-Identifier: MIT
// The axes of a block by name, each with the text form of its values: what matrices, --set and
// --filter share, and the one place that knows what a valid value is. The table is
// bench/axes/axes.def.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "bench/axes/forms.hpp"
#include "bench/block.hpp"

namespace tfm::bench {

/// Text of a form of its own.
struct Form {
  CanonicalText (*canonical)(std::string_view text) = nullptr;
  std::string_view words = {};    ///< what it takes, in words
  std::string_view pattern = {};  ///< for the schema
};

/// Axes that stand in another's way, and the line for the user.
struct Exclusion {
  std::string_view axes = {};  ///< names, joined by ", "
  std::string_view reason = {};
};

/// A row of the table.
struct Axis {
  std::string_view name;
  std::variant<std::string Block::*, std::uint32_t Block::*, double Block::*, FaultAxis Block::*>
      member;

  // The values. Text is one of `words`, one of names(), or of a form of its own.
  std::string_view words[4] = {};
  std::vector<std::string> (*names)() = nullptr;  ///< of the providers, which it brings up
  Form own = {};
  std::uint32_t least = 0, most = 0;  ///< of a number

  std::string_view meaning = {};  ///< a line, without its end
  /// How a block's id shows the value, in the place of {}; nothing: it does not.
  std::string_view id = {};
  bool always_in_id = false;  ///< the usual value too, in ids and in what a plan left out
  /// Which generation of the format brought it, from 1. A file of before means the default.
  unsigned since = 1;
  std::optional<Pass> only = {};  ///< the one pass that measures a block with an unusual value
  /// The axis without which an unusual value changes nothing.
  Exclusion needs = {};
  /// Axes that keep their defaults where this one does not.
  Exclusion excludes[8] = {};

  AxisType type() const { return static_cast<AxisType>(member.index()); }  // the same order
  /// Sets the axis from text; the error says what would be right.
  tl::expected<void, std::string> set(Block& block, std::string_view text) const;
  /// The value in its one canonical form, which set() takes.
  std::string get(const Block& block) const;
  bool is_usual(const Block& block) const;       ///< whether it has its default
  std::string values() const;                    ///< what set() takes, in words
  std::vector<std::string> value_words() const;  ///< where it takes words: these
  bool must_be_given() const { return get(Block{}).empty(); }
};

/// In the table's order.
std::span<const Axis> axes();

/// nullptr where there is none of that name.
const Axis* find_axis(std::string_view name);
std::vector<std::string> axis_names();

/// Which of the block's axes has a value that it does not take, in one line; empty where none has.
/// It leaves axes with names() out: a round process brings the providers up only after it has
/// chosen their allocator and contexts, and then find_algorithm() tells.
std::string wrong_axis_value(const Block& block);

}  // namespace tfm::bench
