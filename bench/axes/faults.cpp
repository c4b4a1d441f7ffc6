// SPDX-License-Identifier: MIT
#include "bench/axes/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <utility>

#include "bench/words.hpp"

namespace tfm::bench {
namespace {

constexpr FaultField table[] = {
#define FIELD(name_, type, usual, ...) {.name = #name_, .member = &FaultAxis::name_, __VA_ARGS__},
#include "bench/axes/fault_fields.def"
};

bool set_value(const FaultField&, double& probability, std::string_view text) {
  const auto value = parse_decimal(text);
  if (!value || *value <= 0 || *value > 1) return false;
  probability = *value;
  return true;
}

bool set_value(const FaultField& field, std::string& word, std::string_view text) {
  if (std::find(std::begin(field.words), std::end(field.words), text) == std::end(field.words)) {
    return false;
  }
  word = text;
  return true;
}

template <std::integral T>
bool set_value(const FaultField& field, T& integer, std::string_view text) {
  const auto value = parse_signed(text);
  if (!value || !std::in_range<T>(*value)) return false;
  if (*value < field.least && value != field.also) return false;
  integer = static_cast<T>(*value);
  return true;
}

}  // namespace

bool FaultField::set(FaultAxis& faults, std::string_view text) const {
  return std::visit([&](auto m) { return set_value(*this, faults.*m, text); }, member);
}

std::string FaultField::get(const FaultAxis& faults) const {
  return std::visit([&](auto m) { return fmt::format("{}", faults.*m); }, member);
}

bool FaultField::default_can_be_given() const {
  FaultAxis given;
  return set(given, get(FaultAxis{}));
}

std::span<const FaultField> fault_fields() { return table; }

const FaultField* find_fault_field(std::string_view name) {
  const auto* const found = std::find_if(std::begin(table), std::end(table),
                                         [&](const FaultField& f) { return f.name == name; });
  return found == std::end(table) ? nullptr : found;
}

std::vector<std::string> fault_field_names() {
  std::vector<std::string> names;
  for (const FaultField& field : table) names.emplace_back(field.name);
  return names;
}

tl::expected<FaultAxis, std::string> parse_faults(std::string_view text) {
  FaultAxis faults;
  if (text == "none") return faults;
  for (const std::string& piece : split(text, ':')) {
    const std::size_t equals = piece.find('=');
    if (equals == std::string::npos) {
      return tl::unexpected(
          fmt::format("\"{}\" is neither \"none\" nor NAME=VALUE joined by ':', such as "
                      "probability=0.01:space=65536",
                      text));
    }
    const std::string name = piece.substr(0, equals);
    const FaultField* const field = find_fault_field(name);
    if (field == nullptr) return tl::unexpected(unknown("field", name, fault_field_names()));
    if (!field->set(faults, std::string_view(piece).substr(equals + 1))) {
      return tl::unexpected(fmt::format("\"{}\": {} must be {}", piece, name, field->right));
    }
  }
  if (!faults.any()) {
    return tl::unexpected(
        fmt::format("\"{}\" makes no faults: probability or kth must be given", text));
  }
  return faults;
}

std::string faults_text(const FaultAxis& faults) {
  if (!faults.any()) return "none";
  const FaultAxis usual;
  std::string text;
  for (const FaultField& field : table) {
    const std::string value = field.get(faults);
    if (value == field.get(usual)) continue;
    text += fmt::format("{}{}={}", text.empty() ? "" : ":", field.name, value);
  }
  return text;
}

}  // namespace tfm::bench
