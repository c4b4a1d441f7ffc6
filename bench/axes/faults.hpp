// SPDX-License-Identifier: MIT
// The faults axis: its fields and its text form. The text is "none", or the fields that differ from
// their defaults, as NAME=VALUE joined by ':', such as "probability=0.01:space=65536".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

namespace tfm::bench {

/// A member for each row of bench/axes/fault_fields.def.
struct FaultAxis {
#define FIELD(name, type, usual, ...) type name = usual;
#include "bench/axes/fault_fields.def"

  bool operator==(const FaultAxis&) const = default;
  /// Whether there are faults: a probability or a k-th.
  bool any() const { return probability > 0 || kth > 0; }
};

/// How a matrix file writes an axis's values, or those of a field of faults.
enum class AxisType { text, integer, number, faults };
inline constexpr std::string_view axis_type_names[] = {"text", "integer", "number", "faults"};

/// A row of the table.
struct FaultField {
  std::string_view name;
  std::variant<std::string FaultAxis::*, double FaultAxis::*, std::uint32_t FaultAxis::*,
               std::uint64_t FaultAxis::*, std::int64_t FaultAxis::*>
      member;
  std::string_view words[2] = {};         ///< the valid texts
  std::int64_t least = 0;                 ///< of an integer (64 bits in a matrix file)
  std::optional<std::int64_t> also = {};  ///< an integer below `least` that is valid, too
  std::string_view right = {};            ///< the valid values, in words
  std::string_view meaning = {};
  unsigned since = 1;  ///< as Axis::since

  AxisType type() const {
    constexpr AxisType types[] = {AxisType::text, AxisType::number};
    return member.index() < std::size(types) ? types[member.index()] : AxisType::integer;
  }
  /// Returns false if the text is not a valid value.
  bool set(FaultAxis& faults, std::string_view text) const;
  std::string get(const FaultAxis& faults) const;
  /// False for probability and kth: their defaults (0) mean "not used" and cannot be given.
  bool default_can_be_given() const;
};

/// In the table's order.
std::span<const FaultField> fault_fields();
/// nullptr if no field has that name.
const FaultField* find_fault_field(std::string_view name);
std::vector<std::string> fault_field_names();

/// The error says what would be valid.
tl::expected<FaultAxis, std::string> parse_faults(std::string_view text);

/// The canonical form, which parse_faults() accepts.
std::string faults_text(const FaultAxis& faults);

}  // namespace tfm::bench
