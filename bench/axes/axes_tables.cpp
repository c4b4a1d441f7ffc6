// SPDX-License-Identifier: MIT
#include "bench/axes/axes_tables.hpp"

#include <fmt/format.h>

#include "bench/axes/axis.hpp"
#include "bench/axes/combinations.hpp"
#include "bench/words.hpp"

namespace tfm::bench {
namespace {

/// For a longer list the table refers to `tfmbench list`.
constexpr std::size_t most_words_in_a_cell = 8;

std::string code(std::string_view text) { return fmt::format("`{}`", text); }

template <class Names>
std::string codes(const Names& names) {
  std::string text;
  for (const auto& name : names) text += fmt::format("{}`{}`", text.empty() ? "" : ", ", name);
  return text;
}

/// Numbers above 9,999 get commas between thousands.
std::string grouped(std::uint32_t number) {
  std::string digits = fmt::format("{}", number);
  if (number < 10'000) return digits;
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string values_of(const Axis& axis) {
  if (axis.type() == AxisType::faults) return "below";
  if (!axis.own.words.empty()) return codes(split_list(axis.own.words));
  if (axis.type() != AxisType::text) {
    return fmt::format("{} to {}", grouped(axis.least), grouped(axis.most));
  }
  const std::vector<std::string> words = axis.value_words();
  if (words.size() <= most_words_in_a_cell) return codes(words);
  return fmt::format("as `tfmbench list {}s` prints", axis.name);
}

std::string default_of(const Axis& axis) {
  const std::string usual = axis.get(Block{});
  const bool is_word = axis.type() == AxisType::text || axis.type() == AxisType::faults;
  return is_word ? code(usual) : usual;
}

std::string axes_without_default() {
  std::string table = "| axis | values | meaning |\n|---|---|---|\n";
  for (const Axis& axis : axes()) {
    if (!axis.must_be_given()) continue;
    table += fmt::format("| `{}` | {} | {} |\n", axis.name, values_of(axis), axis.meaning);
  }
  return table;
}

std::string axes_with_default() {
  std::string table = "| axis | values | default | meaning |\n|---|---|---|---|\n";
  for (const Axis& axis : axes()) {
    if (axis.must_be_given()) continue;
    table += fmt::format("| `{}` | {} | {} | {} |\n", axis.name, values_of(axis), default_of(axis),
                         axis.meaning);
  }
  return table;
}

std::string faults() {
  std::string table = "| field | values | default | meaning |\n|---|---|---|---|\n";
  const FaultAxis usual;
  for (const FaultField& field : fault_fields()) {
    const bool is_word = field.type() == AxisType::text;
    const std::string value = field.default_can_be_given() ? field.get(usual) : "–";
    table += fmt::format("| `{}` | {} | {} | {} |\n", field.name,
                         is_word ? codes(field.words) : std::string(field.right),
                         is_word ? code(value) : value, field.meaning);
  }
  return table;
}

std::string exclusions() {
  std::string table = "| axis | needs | these keep their defaults |\n|---|---|---|\n";
  for (const Axis& axis : axes()) {
    std::vector<std::string> others;
    for (const Exclusion& e : axis.excludes) {
      for (std::string& name : names_of(e)) others.push_back(std::move(name));
    }
    if (others.empty() && axis.needs.axes.empty()) continue;
    table += fmt::format("| `{}` | {} | {} |\n", axis.name,
                         axis.needs.axes.empty() ? "" : code(axis.needs.axes), codes(others));
  }
  return table;
}

}  // namespace

tl::expected<std::string, std::string> with_axes_tables(std::string document) {
  struct Table {
    std::string_view name;
    std::string (*text)();
  };
  constexpr Table tables[] = {{"axes without a default", axes_without_default},
                              {"axes with a default", axes_with_default},
                              {"fields of faults", faults},
                              {"exclusions", exclusions}};
  constexpr std::string_view end_line = "<!-- axes_files: end -->\n";
  for (const Table& table : tables) {
    const std::string begin_line = fmt::format("<!-- axes_files: {} -->\n", table.name);
    const std::size_t begin = document.find(begin_line);
    const std::size_t end = document.find(end_line, begin);
    if (begin == std::string::npos || end == std::string::npos) {
      return tl::unexpected(fmt::format("there is no line {} with {} after it",
                                        begin_line.substr(0, begin_line.size() - 1),
                                        end_line.substr(0, end_line.size() - 1)));
    }
    const std::size_t from = begin + begin_line.size();
    document.replace(from, end - from, table.text());
  }
  return document;
}

}  // namespace tfm::bench
