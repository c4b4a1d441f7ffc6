// SPDX-License-Identifier: MIT
#include "bench/driver/list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

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
    lines.push_back(
        {a.name, fmt::format("{}, digest of {} bytes: {}", a.keyed ? "keyed" : "keyless",
                             a.digest_bytes, fmt::join(a.providers, ", "))});
  }
  return lines;
}

std::vector<Entry> matrix_lines() {
  std::vector<Entry> lines;
  for (const std::string& name : matrix_names()) {
    const auto path = matrices_folder() / fmt::format("{}.toml", name);
    const auto matrix = read_matrix(path);
    lines.push_back(
        {name, matrix ? fmt::format("{} strategies, {} rounds: {}", matrix->strategies.size(),
                                    matrix->rounds, path.string())
                      : matrix.error()});
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
  if (all || what == "matrices") sections.push_back({"matrices", matrix_lines()});
  return sections;
}

void print_json(const std::vector<Section>& sections) {
  ordered_json root = ordered_json::object();
  for (const Section& section : sections) {
    ordered_json& list = root[section.name] = ordered_json::array();
    if (section.name == "algorithms") {
      for (const AlgorithmEntry& a : algorithm_entries()) {
        list.push_back({{"name", a.name},
                        {"providers", a.providers},
                        {"keyed", a.keyed},
                        {"digest_bytes", a.digest_bytes}});
      }
      continue;
    }
    for (const Entry& entry : section.entries) {
      list.push_back({{"name", entry.name}, {"summary", entry.summary}});
    }
  }
  fmt::print("{}\n", root.dump(1));
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
    print_json(sections(what));
  } else {
    print_text(sections(what));
  }
  return 0;
}

}  // namespace tfm::bench
