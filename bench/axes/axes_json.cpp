// SPDX-License-Identifier: MIT
#include "bench/axes/axes_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/axes/axis.hpp"
#include "bench/axes/combinations.hpp"

namespace tfm::bench {
namespace {

using nlohmann::ordered_json;

/// Exclusions hold in both directions. The table gives each of them once.
ordered_json exclusions(const Axis& axis) {
  ordered_json list = ordered_json::array();
  for (const Axis& other : axes()) {
    for (const Exclusion& e : other.excludes) {
      const std::vector<std::string> names = names_of(e);
      if (names.empty()) continue;
      if (other.name == axis.name) {
        list.push_back({{"axes", names}, {"reason", e.reason}});
      } else if (std::find(names.begin(), names.end(), axis.name) != names.end()) {
        list.push_back({{"axes", {other.name}}, {"reason", e.reason}});
      }
    }
  }
  return list;
}

/// Which keys a file must have: all of the first generation, and all or none of a later one. Rows
/// are of type Axis or FaultField.
template <class Rows>
void add_required(ordered_json& object, const Rows& rows) {
  const auto first_of = [&](unsigned since) {
    return std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.since == since; });
  };
  for (const auto& row : rows) {
    if (row.since == 1) {
      object["required"].push_back(row.name);
      continue;
    }
    // The first row of a generation needs the others and the generation before. They need the
    // first.
    ordered_json& needed = object["dependentRequired"][std::string(row.name)];
    const auto first = first_of(row.since);
    if (&*first != &row) {
      needed.push_back(first->name);
      continue;
    }
    for (const auto& other : rows) {
      if (other.since == row.since && &other != &row) needed.push_back(other.name);
    }
    if (row.since > 2) needed.push_back(first_of(row.since - 1)->name);
    if (needed.empty()) object["dependentRequired"].erase(std::string(row.name));
  }
}

ordered_json number_or_text(AxisType type, const std::string& value) {
  return type == AxisType::text ? ordered_json(value) : ordered_json::parse(value);
}

ordered_json property_of(const FaultField& field) {
  const FaultAxis usual;
  ordered_json p = {{"type", field.type() == AxisType::text     ? "string"
                             : field.type() == AxisType::number ? "number"
                                                                : "integer"}};
  const ordered_json value = number_or_text(field.type(), field.get(usual));
  switch (field.type()) {
    case AxisType::text:
      p["enum"] = field.words;
      break;
    case AxisType::number:
      p["minimum"] = 0;
      p["maximum"] = 1;
      break;
    default:
      p["minimum"] =
          std::min({field.least, field.also.value_or(field.least), value.get<std::int64_t>()});
  }
  p["default"] = value;
  p["description"] = field.default_can_be_given()
                         ? field.meaning
                         : fmt::format("{}; {}: none", field.meaning, field.get(usual));
  return p;
}

ordered_json faults_property(const Axis& axis) {
  ordered_json p = {{"type", {"object", "null"}}};
  add_required(p, fault_fields());
  for (const FaultField& field : fault_fields()) {
    p["properties"][std::string(field.name)] = property_of(field);
  }
  p["default"] = nullptr;
  p["description"] = fmt::format("{}; null: none", axis.meaning);
  return p;
}

ordered_json property_of(const Axis& axis) {
  ordered_json p;
  switch (axis.type()) {
    case AxisType::faults:
      return faults_property(axis);
    case AxisType::text:
      p["type"] = "string";
      if (axis.own.canonical != nullptr) {
        p["pattern"] = axis.own.pattern;
      } else if (axis.names != nullptr) {
        p["minLength"] = 1;
      } else {
        p["enum"] = axis.value_words();
      }
      break;
    case AxisType::integer:
    case AxisType::number:
      p["type"] = axis_type_names[static_cast<std::size_t>(axis.type())];
      p["minimum"] = axis.least;
      p["maximum"] = axis.most;
  }
  if (!axis.must_be_given()) p["default"] = number_or_text(axis.type(), axis.get(Block{}));
  if (!axis.before.empty()) p["x-before"] = number_or_text(axis.type(), std::string(axis.before));
  p["description"] = axis.meaning;
  return p;
}

}  // namespace

ordered_json axes_json() {
  ordered_json list = ordered_json::array();
  for (const Axis& axis : axes()) {
    const bool is_number = axis.type() == AxisType::integer || axis.type() == AxisType::number;
    list.push_back(
        {{"name", axis.name},
         {"type", axis_type_names[static_cast<std::size_t>(axis.type())]},
         {"meaning", axis.meaning},
         {"values", axis.values()},
         {"least", is_number ? ordered_json(axis.least) : ordered_json()},
         {"most", is_number ? ordered_json(axis.most) : ordered_json()},
         {"default", axis.get(Block{})},
         {"passes", pass_names(passes_of(axis))},
         {"needs", axis.needs.axes.empty() ? ordered_json() : ordered_json(axis.needs.axes)},
         {"excludes", exclusions(axis)}});
  }
  return list;
}

ordered_json axes_schema() {
  ordered_json schema = {
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"$id", "axes.schema.json"},
      {"title",
       "tfmbench: a block's axes, in order; a key that a file lacks has its x-before, or its "
       "default"},
      {"$comment", "SPDX-License-Identifier: MIT. Written by the target axes_files."},
      {"type", "object"}};
  add_required(schema, axes());
  for (const Axis& axis : axes()) {
    schema["properties"][std::string(axis.name)] = property_of(axis);
  }
  return schema;
}

}  // namespace tfm::bench
