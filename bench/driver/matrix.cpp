// SPDX-License-Identifier: MIT
// Reads matrix files. Only this file uses toml++.
#include "bench/driver/matrix.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "bench/axes/axis.hpp"
#include "bench/driver/catalog.hpp"
#include "bench/result_file.hpp"
#include "bench/words.hpp"

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

/// Thrown inside the reader; parse_matrix() catches it. It holds the line for the user.
struct Wrong {
  std::string line;
};

class Reader {
 public:
  Reader(const std::string& text, const std::string& source) : text_(text), source_(source) {}

  Matrix read() const {
    const toml::table root = parse();
    Matrix m;
    for (const auto& [key, node] : root) {
      if (key == "name") {
        m.name = name(node);
      } else if (key == "baseline") {
        m.baseline = strategy(node);
      } else if (key == "second_baseline") {
        m.second_baseline = strategy(node);
      } else if (key == "strategies") {
        m.strategies = strategies(node);
      } else if (key == "rounds") {
        m.rounds = count(node, "rounds", most_rounds);
      } else if (key == "precision_percent") {
        precision(m).percent = percent(node);
      } else if (key == "max_time") {
        precision(m).max_time = max_time(node);
      } else if (key == "sittings") {
        m.sittings = count(node, "sittings", most_rounds);
      } else if (key == "aa_copies") {
        m.aa_copies = count(node, "aa_copies", 16);
      } else if (key == "margin_percent") {
        m.margin_percent = margin(node);
      } else if (key == "block") {
        m.blocks = blocks(node);
      } else {
        fail(key.source(), unknown("key", key.str(),
                                   {"name", "baseline", "second_baseline", "strategies", "rounds",
                                    "precision_percent", "max_time", "sittings", "aa_copies",
                                    "margin_percent", "block"}));
      }
    }
    for (const char* needed : {"name", "baseline", "strategies", "block"}) {
      if (!root.contains(needed))
        fail(root.source(),
             fmt::format("the matrix lacks {}",
                         needed == std::string_view("block") ? "[[block]]" : needed));
    }
    if (std::find(m.strategies.begin(), m.strategies.end(), m.baseline) == m.strategies.end()) {
      fail(root.get("baseline")->source(),
           fmt::format("the baseline \"{}\" is not one of the strategies: {}", m.baseline,
                       fmt::join(m.strategies, ", ")));
    }
    if (m.second_baseline &&
        (*m.second_baseline == m.baseline || std::find(m.strategies.begin(), m.strategies.end(),
                                                       *m.second_baseline) == m.strategies.end())) {
      fail(root.get("second_baseline")->source(),
           fmt::format(
               "the second baseline \"{}\" must be one of the strategies, and not the baseline",
               *m.second_baseline));
    }
    for (std::size_t i = 0; i < m.blocks.size(); ++i) check_strategies(m, i, root);
    if (m.sittings > m.rounds) {
      fail(root.get("sittings")->source(), fewer_rounds_than_sittings(m));
    }
    return m;
  }

 private:
  [[noreturn]] void fail(const toml::source_region& where, std::string_view what) const {
    throw Wrong{fmt::format("{}:{}:{}: {}", source_, where.begin.line, where.begin.column, what)};
  }

  toml::table parse() const {
    try {
      return toml::parse(text_, source_);
    } catch (const toml::parse_error& e) {
      fail(e.source(), fmt::format("not valid TOML: {}", e.description()));
    }
  }

  std::string text(const toml::node& node, std::string_view what) const {
    if (!node.is_string()) fail(node.source(), fmt::format("{} must be a string", what));
    return **node.as_string();
  }

  const toml::array& list(const toml::node& node, std::string_view what) const {
    if (!node.is_array() || node.as_array()->empty()) {
      fail(node.source(), fmt::format("{} must be a list of at least one value", what));
    }
    return *node.as_array();
  }

  std::string name(const toml::node& node) const {
    std::string value = text(node, "name");
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    if (value.empty() || value.size() > 64 ||
        value.find_first_not_of(allowed) != std::string::npos) {
      fail(node.source(),
           fmt::format("name \"{}\" must be 1 to 64 letters, digits, '_' or '-'", value));
    }
    return value;
  }

  std::string strategy(const toml::node& node) const {
    std::string value = text(node, "a strategy");
    const std::vector<std::string> known = strategy_names();
    if (std::find(known.begin(), known.end(), value) == known.end()) {
      fail(node.source(), unknown("strategy", value, known));
    }
    return value;
  }

  std::vector<std::string> strategies(const toml::node& node) const {
    std::vector<std::string> values;
    for (const toml::node& element : list(node, "strategies")) {
      values.push_back(strategy(element));
      if (std::count(values.begin(), values.end(), values.back()) > 1) {
        fail(element.source(), fmt::format("strategy \"{}\" is listed twice", values.back()));
      }
    }
    return values;
  }

  std::uint32_t count(const toml::node& node, std::string_view what, std::uint32_t most) const {
    if (!node.is_integer() || **node.as_integer() < 1 || **node.as_integer() > most) {
      fail(node.source(), fmt::format("{} must be an integer from 1 to {}", what, most));
    }
    return static_cast<std::uint32_t>(**node.as_integer());
  }

  double margin(const toml::node& node) const {
    const auto value = node.value<double>();
    if (!value || !(*value > 0 && *value <= 50)) {
      fail(node.source(), "margin_percent must be a number above 0, at most 50");
    }
    return *value;
  }

  /// The one of the matrix: either of its keys asks for it.
  static Precision& precision(Matrix& m) {
    return m.precision ? *m.precision : m.precision.emplace();
  }

  double percent(const toml::node& node) const {
    const auto value = node.value<double>();
    if (!value || !is_precision(*value)) {
      fail(node.source(), "precision_percent must be a number above 0, at most 50");
    }
    return *value;
  }

  std::chrono::seconds max_time(const toml::node& node) const {
    const auto value = parse_max_time(text(node, "max_time"));
    if (!value) fail(node.source(), fmt::format("max_time {}", max_time_form));
    return *value;
  }

  std::vector<BlockAxes> blocks(const toml::node& node) const {
    std::vector<BlockAxes> blocks;
    for (const toml::node& element : list(node, "block")) {
      if (!element.is_table()) fail(element.source(), "block must be written as [[block]]");
      blocks.push_back(block(*element.as_table()));
    }
    return blocks;
  }

  /// Those of a block are of the matrix, and the baseline is one of them.
  void check_strategies(const Matrix& m, std::size_t block, const toml::table& root) const {
    if (!m.blocks[block].strategies) return;
    const std::vector<std::string>& own = *m.blocks[block].strategies;
    const toml::array& list = *root["block"][block]["strategies"].as_array();
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (std::find(m.strategies.begin(), m.strategies.end(), own[i]) == m.strategies.end()) {
        fail(list[i].source(), fmt::format("strategy \"{}\" is not one of the matrix's: {}", own[i],
                                           fmt::join(m.strategies, ", ")));
      }
    }
    if (std::find(own.begin(), own.end(), m.baseline) == own.end()) {
      fail(list.source(), fmt::format("the block's strategies lack the baseline, {}", m.baseline));
    }
  }

  BlockAxes block(const toml::table& table) const {
    BlockAxes block;
    for (const auto& [key, node] : table) {
      if (key == "passes") {
        block.passes = passes(node);
      } else if (key == "strategies") {
        block.strategies = strategies(node);
      } else if (const Axis* axis = find_axis(key.str()); axis != nullptr) {
        block.values.emplace(axis->name, values(*axis, node));
      } else {
        std::vector<std::string> known = axis_names();
        known.insert(known.end(), {"passes", "strategies"});
        fail(key.source(), unknown("axis", key.str(), known));
      }
    }
    for (const Axis& axis : axes()) {
      if (axis.must_be_given() && !table.contains(axis.name)) {
        fail(table.source(), fmt::format("the block lacks the axis {}", axis.name));
      }
    }
    return block;
  }

  Pass pass(const toml::node& node) const {
    const std::string value = text(node, "a pass");
    if (const auto pass = pass_named(value)) return *pass;
    fail(node.source(), unknown("pass", value, pass_names({all_passes.begin(), all_passes.end()})));
  }

  Passes passes(const toml::node& node) const {
    Passes passes;
    for (const toml::node& element : list(node, "passes")) {
      passes.insert(pass(element));
    }
    return passes;
  }

  /// A scalar is a list of one.
  std::vector<std::string> values(const Axis& axis, const toml::node& node) const {
    if (!node.is_array()) return {value(axis, node)};
    std::vector<std::string> values;
    for (const toml::node& element : list(node, axis.name)) values.push_back(value(axis, element));
    return values;
  }

  std::string value(const Axis& axis, const toml::node& node) const {
    Block block;
    if (const auto set = axis.set(block, as_text(axis, node)); !set) {
      fail(node.source(), fmt::format("{}: {}", axis.name, set.error()));
    }
    return axis.get(block);
  }

  std::string as_text(const Axis& axis, const toml::node& node) const {
    switch (axis.type()) {
      case AxisType::text:
        return text(node, axis.name);
      case AxisType::integer:
        return integer(node, axis.name);
      case AxisType::number:
        return number(node, axis.name);
      case AxisType::faults:
        return faults(node);
    }
    return {};
  }

  std::string integer(const toml::node& node, std::string_view what) const {
    if (!node.is_integer()) fail(node.source(), fmt::format("{} must be an integer", what));
    return fmt::format("{}", **node.as_integer());
  }

  std::string number(const toml::node& node, std::string_view what) const {
    if (!node.is_number()) fail(node.source(), fmt::format("{} must be a number", what));
    return fmt::format("{}", *node.value<double>());
  }

  /// The table in the form that --set takes. The axis checks its values.
  std::string faults(const toml::node& node) const {
    if (node.is_string()) return text(node, "faults");
    const std::vector<std::string> known = fault_field_names();
    if (!node.is_table() || node.as_table()->empty()) {
      fail(node.source(),
           fmt::format("faults must be \"none\" or a table of some of {}", fmt::join(known, ", ")));
    }
    std::vector<std::string> pieces;
    for (const auto& [key, field] : *node.as_table()) {
      const FaultField* const known_field = find_fault_field(key.str());
      if (known_field == nullptr) fail(key.source(), unknown("key", key.str(), known));
      pieces.push_back(fmt::format("{}={}", key.str(), fault_value(*known_field, field)));
    }
    return fmt::format("{}", fmt::join(pieces, ":"));
  }

  std::string fault_value(const FaultField& field, const toml::node& node) const {
    switch (field.type()) {
      case AxisType::text:
        return text(node, field.name);
      case AxisType::number:
        return number(node, field.name);
      default:
        return integer(node, field.name);
    }
  }

  const std::string& text_;
  const std::string& source_;
};

}  // namespace

OrLine<fs::path> find_matrix(std::string_view matrix) {
  const bool is_path = matrix.find('/') != std::string_view::npos || matrix.ends_with(".toml");
  if (is_path) return fs::path(matrix);
  const std::vector<std::string> names = matrix_names();
  if (std::find(names.begin(), names.end(), matrix) != names.end()) {
    return matrices_folder() / fmt::format("{}.toml", matrix);
  }
  if (names.empty()) {
    return tl::unexpected(
        fmt::format("there is no matrix in {}: give a file", matrices_folder().string()));
  }
  return tl::unexpected(unknown("matrix", matrix, names) + ", or give a file");
}

OrLine<Matrix> parse_matrix(const std::string& text, const std::string& source) {
  try {
    return Reader(text, source).read();
  } catch (const Wrong& wrong) {
    return tl::unexpected(wrong.line);
  }
}

OrLine<Matrix> read_matrix(const fs::path& file) {
  const auto text = read_whole(file);
  if (!text) return tl::unexpected(text.error());
  return parse_matrix(*text, file.string());
}

std::string fewer_rounds_than_sittings(const Matrix& matrix) {
  return fmt::format("too few rounds ({}) for the sittings ({}): each has at least one",
                     matrix.rounds, matrix.sittings);
}

OrLine<AxisValues> parse_axis_values(std::string_view option, std::string_view text) {
  const auto wrong = [&](std::string_view what) {
    return tl::unexpected(fmt::format("{} {}: {}", option, text, what));
  };
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return wrong("must be AXIS=VALUE[,VALUE]");
  const Axis* const axis = find_axis(text.substr(0, equals));
  if (axis == nullptr) return wrong(unknown("axis", text.substr(0, equals), axis_names()));
  AxisValues values{std::string(axis->name), {}};
  for (const std::string& piece : split(text.substr(equals + 1), ',')) {
    Block block;
    if (const auto set = axis->set(block, piece); !set) return wrong(set.error());
    values.values.push_back(axis->get(block));
  }
  return values;
}

void set_axis(Matrix& matrix, const AxisValues& values) {
  for (BlockAxes& block : matrix.blocks) block.values[values.axis] = values.values;
}

}  // namespace tfm::bench
