// SPDX-License-Identifier: MIT
// A matrix as written in its file: names, and for each [[block]] the lists of values of its axes.
// bench/driver/plan.hpp makes the combinations.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "bench/block.hpp"
#include "bench/driver/precision.hpp"

namespace tfm::bench {

/// A [[block]]: the values of each axis, in the form that Axis::get() returns. An axis that is
/// missing here has its default (bench/block.hpp).
struct BlockAxes {
  std::map<std::string, std::vector<std::string>, std::less<>> values;
  Passes passes{std::begin(all_passes), std::end(all_passes)};  ///< those that suit the block
  /// Some of the matrix's strategies, including the baseline. Unset: all.
  std::optional<std::vector<std::string>> strategies;
};

struct Matrix {
  std::string name;      ///< letters, digits, '_', '-'
  std::string baseline;  ///< one of strategies
  /// Another of strategies, which reports show ratios to as well. Unset: the report decides.
  std::optional<std::string> second_baseline;
  std::vector<std::string> strategies;
  std::uint32_t rounds = 7;  ///< fresh processes per block; with a precision, of other blocks
  /// Nothing: all blocks have `rounds`.
  std::optional<Precision> precision;
  std::uint32_t sittings = 1;  ///< parts of the rounds that lie at least ten minutes apart
  /// The first round of each sitting, if rounds were added to the run; else the rounds are cut
  /// evenly.
  std::vector<std::uint32_t> sitting_begins;
  std::uint32_t aa_copies = 1;
  std::optional<double> margin_percent;  ///< nothing: 1.5, or 3 above 10,000 sockets
  std::vector<BlockAxes> blocks;
};

inline constexpr std::uint32_t most_rounds = 1000;

/// A result, or an error in one line: what is wrong, where (FILE:LINE:COLUMN), what would be valid.
template <class T>
using OrLine = tl::expected<T, std::string>;

/// The file of a matrix: `matrix` itself if it is a path or ends in .toml, else NAME.toml in
/// matrices_folder().
OrLine<std::filesystem::path> find_matrix(std::string_view matrix);

OrLine<Matrix> read_matrix(const std::filesystem::path& file);
/// `text` is a matrix's file; `source` names it in errors.
OrLine<Matrix> parse_matrix(const std::string& text, const std::string& source);

/// The error if a matrix has more sittings than rounds.
std::string fewer_rounds_than_sittings(const Matrix& matrix);

/// "AXIS=VALUE[,VALUE]" of --set and --filter: the axis, and its values in canonical form.
struct AxisValues {
  std::string axis;
  std::vector<std::string> values;
};
OrLine<AxisValues> parse_axis_values(std::string_view option, std::string_view text);

/// --set: replaces the axis's values in every [[block]].
void set_axis(Matrix& matrix, const AxisValues& values);

}  // namespace tfm::bench
