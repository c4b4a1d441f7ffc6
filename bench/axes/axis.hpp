// SPDX-License-Identifier: MIT
// The axes of a block by name, with the text form of their values. Matrices, --set and --filter use
// it. Only this code knows which values are valid. The table is bench/axes/axes.def.
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

/// A text with rules of its own.
struct Form {
  CanonicalText (*canonical)(std::string_view text) = nullptr;
  std::string_view words = {};    ///< the valid values, in words
  std::string_view pattern = {};  ///< for the schema: a regular expression
};

/// Axes that cannot be combined with another axis, and the reason in a line for the user.
struct Exclusion {
  std::string_view axes = {};  ///< names, joined by ", "
  std::string_view reason = {};
};

/// A row of the table.
struct Axis {
  std::string_view name;
  std::variant<std::string Block::*, std::uint32_t Block::*, double Block::*, FaultAxis Block::*>
      member;

  // The values. Text is one of `words`, one of names(), or a text that `own` checks.
  std::string_view words[4] = {};
  std::vector<std::string> (*names)() = nullptr;  ///< asks the providers, and initialises them
  Form own = {};
  std::uint32_t least = 0, most = 0;  ///< the range of a number

  std::string_view meaning = {};  ///< one line, without a full stop
  /// The axis's part of a block's id; {} stands for the value. The id does not show what older
  /// files mean. Empty: the id never shows it.
  std::string_view id = {};
  bool always_in_id = false;  ///< ids, and a plan's list of blocks left out, show the default too
  /// The generation of the file format (from 1) that added the axis. An older file means `before`,
  /// or the default if that is empty.
  unsigned since = 1;
  std::string_view before = {};
  /// The only pass that measures a block in which the axis has a value other than its default.
  std::optional<Pass> only = {};
  /// If that axis has its default, a value other than the default changes nothing here.
  Exclusion needs = {};
  /// Axes that must have their defaults if this one has not.
  Exclusion excludes[8] = {};

  AxisType type() const { return static_cast<AxisType>(member.index()); }  // the same order
  /// Sets the axis from text. The error says which values are valid.
  tl::expected<void, std::string> set(Block& block, std::string_view text) const;
  /// The value in its canonical form, which set() accepts.
  std::string get(const Block& block) const;
  bool is_usual(const Block& block) const;       ///< whether the value is the default
  bool is_before(const Block& block) const;      ///< whether the value is what an older file means
  std::string values() const;                    ///< what set() accepts, in words
  std::vector<std::string> value_words() const;  ///< all values, if the axis has a list of them
  bool must_be_given() const { return get(Block{}).empty(); }
};

/// In the table's order.
std::span<const Axis> axes();

/// nullptr if no axis has that name.
const Axis* find_axis(std::string_view name);
std::vector<std::string> axis_names();

/// One line about the first axis of the block with an invalid value, or empty. Axes with names()
/// are not checked, because names() initialises the providers, and a round process must first
/// choose their allocator and contexts. find_algorithm() checks these axes later.
std::string wrong_axis_value(const Block& block);

}  // namespace tfm::bench
