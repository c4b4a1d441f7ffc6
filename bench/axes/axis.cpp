// SPDX-License-Identifier: MIT
#include "bench/axes/axis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/words.hpp"

namespace tfm::bench {
namespace {

constexpr Axis table[] = {
#define AXIS(name_, type, usual, ...) {.name = #name_, .member = &Block::name_, __VA_ARGS__},
#include "bench/axes/axes.def"
};

using Outcome = tl::expected<void, std::string>;

Outcome set_value(const Axis& axis, std::string& value, std::string_view text) {
  if (axis.own.canonical != nullptr) {
    auto canonical = axis.own.canonical(text);
    if (!canonical) return tl::unexpected(std::move(canonical.error()));
    value = std::move(*canonical);
    return {};
  }
  const std::vector<std::string> words = axis.value_words();
  if (std::find(words.begin(), words.end(), text) == words.end()) {
    return tl::unexpected(unknown("value", text, words));
  }
  value = text;
  return {};
}

Outcome set_value(const Axis& axis, std::uint32_t& value, std::string_view text) {
  const auto count = parse_unsigned(text);
  if (!count || *count < axis.least || *count > axis.most) {
    return tl::unexpected(
        fmt::format("\"{}\" is not an integer from {} to {}", text, axis.least, axis.most));
  }
  value = static_cast<std::uint32_t>(*count);
  return {};
}

Outcome set_value(const Axis& axis, double& value, std::string_view text) {
  const auto percent = parse_decimal(text);
  if (!percent || *percent < axis.least || *percent > axis.most) {
    return tl::unexpected(
        fmt::format("\"{}\" is not a percentage from {} to {}", text, axis.least, axis.most));
  }
  value = *percent;
  return {};
}

Outcome set_value(const Axis&, FaultAxis& value, std::string_view text) {
  auto faults = parse_faults(text);
  if (!faults) return tl::unexpected(std::move(faults.error()));
  value = std::move(*faults);
  return {};
}

std::string text_of(const FaultAxis& value) { return faults_text(value); }
template <class T>
std::string text_of(const T& value) {
  return fmt::format("{}", value);
}

bool equal(const FaultAxis& a, const FaultAxis& b) { return a == b || (!a.any() && !b.any()); }
template <class T>
bool equal(const T& a, const T& b) {
  return a == b;
}

}  // namespace

Outcome Axis::set(Block& block, std::string_view text) const {
  return std::visit([&](auto m) { return set_value(*this, block.*m, text); }, member);
}

std::string Axis::get(const Block& block) const {
  return std::visit([&](auto m) { return text_of(block.*m); }, member);
}

bool Axis::is_usual(const Block& block) const {
  static const Block usual;
  return std::visit([&](auto m) { return equal(block.*m, usual.*m); }, member);
}

bool Axis::is_before(const Block& block) const {
  return before.empty() ? is_usual(block) : get(block) == before;
}

std::string Axis::values() const {
  if (!own.words.empty()) return std::string(own.words);
  if (type() == AxisType::text) return fmt::format("{}", fmt::join(value_words(), ", "));
  return fmt::format("{} to {}", least, most);
}

std::vector<std::string> Axis::value_words() const {
  if (names != nullptr) return names();
  std::vector<std::string> listed;
  for (const std::string_view word : words) {
    if (!word.empty()) listed.emplace_back(word);
  }
  return listed;
}

std::span<const Axis> axes() { return table; }

const Axis* find_axis(std::string_view name) {
  const auto* const found = std::find_if(std::begin(table), std::end(table),
                                         [&](const Axis& axis) { return axis.name == name; });
  return found == std::end(table) ? nullptr : found;
}

std::vector<std::string> axis_names() {
  std::vector<std::string> names;
  for (const Axis& axis : table) names.emplace_back(axis.name);
  return names;
}

std::string wrong_axis_value(const Block& block) {
  for (const Axis& axis : table) {
    if (axis.names != nullptr) continue;
    const std::string value = axis.get(block);
    Block read;
    const auto outcome = axis.set(read, value);
    if (outcome && axis.get(read) == value) continue;
    const std::vector<std::string> words = axis.value_words();
    if (!words.empty()) return unknown(axis.name, value, words);
    return fmt::format("{}: {}", axis.name,
                       outcome ? fmt::format("\"{}\" must be written {}", value, axis.get(read))
                               : outcome.error());
  }
  return {};
}

}  // namespace tfm::bench
