// SPDX-License-Identifier: MIT
#include "bench/driver/fault_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "bench/words.hpp"

namespace tfm::bench {
namespace {

struct Field {
  std::string_view name;
  std::string_view right;  ///< what its values are
  /// False where the text is none of them.
  bool (*set)(FaultAxis& faults, std::string_view text);
  std::string (*get)(const FaultAxis& faults);
};

/// An integer of at least `Least`; a matrix file's integers have 64 bits and a sign.
template <auto Member, std::int64_t Least>
constexpr Field integer_field(std::string_view name, std::string_view right) {
  struct Functions {
    static bool set(FaultAxis& faults, std::string_view text) {
      using Value = std::remove_reference_t<decltype(faults.*Member)>;
      const auto value = parse_signed(text);
      if (!value || *value < Least || !std::in_range<Value>(*value)) return false;
      faults.*Member = static_cast<Value>(*value);
      return true;
    }
    static std::string get(const FaultAxis& faults) { return fmt::format("{}", faults.*Member); }
  };
  return {name, right, Functions::set, Functions::get};
}

bool set_probability(FaultAxis& faults, std::string_view text) {
  const auto value = parse_decimal(text);
  if (!value || *value <= 0 || *value > 1) return false;
  faults.probability = *value;
  return true;
}

bool set_times(FaultAxis& faults, std::string_view text) {
  const auto value = parse_signed(text);
  if (!value || *value < -1 || *value == 0) return false;
  faults.times = *value;
  return true;
}

bool set_gfp(FaultAxis& faults, std::string_view text) {
  if (text != "atomic" && text != "any") return false;
  faults.gfp = text;
  return true;
}

constexpr Field fields[] = {
    {"probability", "above 0, at most 1", set_probability,
     [](const FaultAxis& f) { return fmt::format("{}", f.probability); }},
    integer_field<&FaultAxis::interval, 1>("interval", "an integer from 1"),
    {"times", "-1 or an integer from 1", set_times,
     [](const FaultAxis& f) { return fmt::format("{}", f.times); }},
    integer_field<&FaultAxis::space, 0>("space", "bytes from 0"),
    integer_field<&FaultAxis::kth, 1>("kth", "an integer from 1"),
    integer_field<&FaultAxis::seed, 0>("seed", "an integer from 0"),
    {"gfp", "\"atomic\" or \"any\"", set_gfp, [](const FaultAxis& f) { return f.gfp; }},
};

}  // namespace

std::vector<std::string> fault_fields() {
  std::vector<std::string> names;
  for (const Field& field : fields) names.emplace_back(field.name);
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
    const auto* const field = std::find_if(std::begin(fields), std::end(fields),
                                           [&](const Field& f) { return f.name == name; });
    if (field == std::end(fields)) return tl::unexpected(unknown("field", name, fault_fields()));
    if (!field->set(faults, std::string_view(piece).substr(equals + 1))) {
      return tl::unexpected(fmt::format("\"{}\": {} must be {}", piece, name, field->right));
    }
  }
  if (!faults.any()) {
    return tl::unexpected(fmt::format("\"{}\" makes none: probability or kth must be given", text));
  }
  return faults;
}

std::string faults_text(const FaultAxis& faults) {
  if (!faults.any()) return "none";
  const FaultAxis usual;
  std::string text;
  for (const Field& field : fields) {
    const std::string value = field.get(faults);
    if (value == field.get(usual)) continue;
    text += fmt::format("{}{}={}", text.empty() ? "" : ":", field.name, value);
  }
  return text;
}

}  // namespace tfm::bench
