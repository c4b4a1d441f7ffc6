// SPDX-License-Identifier: MIT
#include "bench/driver/list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/axes/axes_json.hpp"
#include "bench/axes/axis.hpp"
#include "bench/driver/catalog.hpp"
#include "bench/driver/matrix.hpp"

namespace tfm::bench {
namespace {

using nlohmann::ordered_json;

struct Section {
  std::string name;
  std::vector<Entry> entries;
};

std::vector<Entry> algorithm_lines() {
  std::vector<Entry> lines;
  for (const AlgorithmEntry& a : algorithm_entries()) {
    std::string what = fmt::format("{}, {}", a.family, a.keyed ? "keyed" : "keyless");
    if (a.digest_bytes > 0)
      what +=
          fmt::format(", {} of {} bytes", a.family == "aead" ? "tag" : "digest", a.digest_bytes);
    lines.push_back({a.name, fmt::format("{}: {}", what, fmt::join(a.providers, ", "))});
  }
  return lines;
}

std::vector<Entry> matrix_lines() {
  std::vector<Entry> lines;
  for (const std::string& name : matrix_names()) {
    const auto path = matrices_folder() / fmt::format("{}.toml", name);
    const auto matrix = read_matrix(path);
    lines.push_back(
        {name, matrix ? fmt::format("{} strategies, {} round{}: {}", matrix->strategies.size(),
                                    matrix->rounds, matrix->rounds == 1 ? "" : "s", path.string())
                      : matrix.error()});
  }
  return lines;
}

std::vector<Entry> axis_lines() {
  std::vector<Entry> lines;
  for (const Axis& axis : axes()) {
    const std::string usual = axis.must_be_given() ? "must be given" : axis.get(Block{});
    std::string line = fmt::format("{} ({}): {}", axis.values(), usual, axis.meaning);
    if (axis.only) line += fmt::format("; {} only", pass_name(*axis.only));
    lines.push_back({std::string(axis.name), std::move(line)});
  }
  return lines;
}

std::vector<Section> sections(std::string_view what) {
  std::vector<Section> sections;
  const bool all = what.empty();
  if (all || what == "strategies") sections.push_back({"strategies", strategy_entries()});
  if (all || what == "workloads") {
    sections.push_back({"protocols", protocol_entries()});
    sections.push_back({"traffic", traffic_entries()});
  }
  if (all || what == "algorithms") sections.push_back({"algorithms", algorithm_lines()});
  if (all || what == "axes") sections.push_back({"axes", axis_lines()});
  if (all || what == "matrices") sections.push_back({"matrices", matrix_lines()});
  return sections;
}

bool asks_for_pairs(std::string_view what) { return what.empty() || what == "pairs"; }

ordered_json refused_json(const std::vector<Pair::Refused>& refused) {
  ordered_json list = ordered_json::array();
  for (const Pair::Refused& r : refused) {
    list.push_back({{"reason", r.reason}, {"algorithms", r.algorithms}});
  }
  return list;
}

ordered_json pairs_json() {
  ordered_json list = ordered_json::array();
  for (const Pair& pair : pairs()) {
    list.push_back({{"strategy", pair.strategy},
                    {"protocol", pair.protocol},
                    {"runs", pair.runs},
                    {"refused", refused_json(pair.refused)}});
  }
  return list;
}

ordered_json without_socket_json() {
  ordered_json list = ordered_json::array();
  for (const WithoutSocket& of : without_socket()) {
    list.push_back(
        {{"strategy", of.strategy}, {"uses", of.uses}, {"refused", refused_json(of.refused)}});
  }
  return list;
}

ordered_json states_json(const AlgorithmEntry& a) {
  ordered_json list = ordered_json::array();
  for (const StateBytes& s : a.states) {
    list.push_back({{"provider", s.provider},
                    {"transform_bytes", s.transform},
                    {"request_bytes", s.request},
                    {"prepared_key_bytes", s.prepared_key}});
  }
  return list;
}

void print_json(std::string_view what) {
  ordered_json root = ordered_json::object();
  for (const Section& section : sections(what)) {
    ordered_json& list = root[section.name] = ordered_json::array();
    if (section.name == "algorithms") {
      for (const AlgorithmEntry& a : algorithm_entries()) {
        list.push_back({{"name", a.name},
                        {"family", a.family},
                        {"providers", a.providers},
                        {"keyed", a.keyed},
                        {"digest_bytes", a.digest_bytes},
                        {"states", states_json(a)}});
      }
      continue;
    }
    if (section.name == "axes") {
      list = axes_json();
      continue;
    }
    for (const Entry& entry : section.entries) {
      list.push_back({{"name", entry.name}, {"summary", entry.summary}});
    }
  }
  if (asks_for_pairs(what)) {
    root["pairs"] = pairs_json();
    root["without_socket"] = without_socket_json();
  }
  fmt::print("{}\n", root.dump(1));
}

/// Prints a row for each strategy and a column for each protocol; the reasons follow.
void print_pairs() {
  const std::vector<Entry> protocols = protocol_entries();
  std::size_t width = 0;
  for (const Entry& strategy : strategy_entries()) width = std::max(width, strategy.name.size());
  fmt::print("pairs\n  {:<{}}", "", width);
  for (const Entry& protocol : protocols) fmt::print("  {}", protocol.name);
  std::vector<std::string> lines;
  std::size_t column = 0;
  for (const Pair& pair : pairs()) {
    if (column == 0) fmt::print("\n  {:<{}}", pair.strategy, width);
    const std::string_view runs = pair.refused.empty() ? "all" : pair.runs.empty() ? "-" : "some";
    const bool last = column + 1 == protocols.size();
    fmt::print("  {:<{}}", runs, last ? 0 : protocols[column].name.size());
    const bool for_one_reason = pair.runs.empty() && pair.refused.size() == 1;
    for (const Pair::Refused& r : pair.refused) {
      const std::string which =
          for_one_reason ? "" : fmt::format(" with {}", fmt::join(r.algorithms, ", "));
      lines.push_back(fmt::format("{} on {}{}: {}", pair.strategy, pair.protocol, which, r.reason));
    }
    column = (column + 1) % protocols.size();
  }
  fmt::print("\n  runs with all algorithms of the protocol, with some, or with none (-):\n");
  for (const std::string& line : lines) fmt::print("  {}\n", line);
}

/// Prints what each strategy uses for a packet without a socket; what it refuses follows.
void print_without_socket() {
  const std::vector<WithoutSocket> all = without_socket();
  std::size_t width = 0;
  for (const WithoutSocket& of : all) width = std::max(width, of.strategy.size());
  fmt::print("\nwithout a socket\n");
  for (const WithoutSocket& of : all) {
    fmt::print("  {:<{}}  {}\n", of.strategy, width, of.uses);
    for (const Pair::Refused& r : of.refused) {
      fmt::print("  {:<{}}  not with {}: {}\n", "", width, fmt::join(r.algorithms, ", "), r.reason);
    }
  }
}

void print_text(const std::vector<Section>& sections) {
  bool first = true;
  for (const Section& section : sections) {
    fmt::print("{}{}\n", first ? "" : "\n", section.name);
    first = false;
    std::size_t width = 0;
    for (const Entry& entry : section.entries) width = std::max(width, entry.name.size());
    for (const Entry& entry : section.entries) {
      fmt::print("  {:<{}}  {}\n", entry.name, width, entry.summary);
    }
    if (section.name == "traffic") fmt::print("  a workload is PROTOCOL/TRAFFIC\n");
  }
}

}  // namespace

int list(std::string_view what, bool as_json) {
  if (as_json) {
    print_json(what);
    return 0;
  }
  const std::vector<Section> asked = sections(what);
  print_text(asked);
  if (asks_for_pairs(what)) {
    if (!asked.empty()) fmt::print("\n");
    print_pairs();
    print_without_socket();
  }
  return 0;
}

}  // namespace tfm::bench
