// SPDX-License-Identifier: MIT
#include "bench/driver/lines_of_code.hpp"

#include <fmt/format.h>

#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bench/driver/catalog.hpp"

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

/// What was read from some files.
struct Read {
  std::uint32_t lines = 0;
  std::set<std::string> includes;  ///< files of the tree, relative to the source folder
};

/// Reads a header and the .cpp beside it, if that exists, and adds them to `to`. Returns false if a
/// file cannot be read.
bool read(const fs::path& source, std::string_view tree, const fs::path& header, Read& to) {
  const std::string include = fmt::format("#include \"{}/", tree);
  std::vector<fs::path> files = {source / header};
  if (fs::path cpp = fs::path(files.front()).replace_extension(".cpp"); fs::exists(cpp)) {
    files.push_back(std::move(cpp));
  }
  for (const fs::path& file : files) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      if (is_code(line)) ++to.lines;
      if (!line.starts_with(include)) continue;
      const std::size_t quote = line.find('"') + 1;
      to.includes.insert(line.substr(quote, line.rfind('"') - quote));
    }
    if (!in.eof()) return false;
  }
  return true;
}

/// Counts for a header in the folder `tree`. The tree's contract is not counted.
std::optional<Lines> lines_of(const fs::path& source, std::string_view tree,
                              const std::string& header, const std::string& contract) {
  Read own;
  if (!read(source, tree, header, own)) return std::nullopt;
  Read shared;
  std::set<std::string> seen = {header, contract};
  std::set<std::string> next = std::move(own.includes);
  while (!next.empty()) {
    const std::string file = next.extract(next.begin()).value();
    if (!seen.insert(file).second) continue;
    if (!read(source, tree, file, shared)) return std::nullopt;
    next.merge(shared.includes);
    shared.includes.clear();
  }
  return Lines{.own = own.lines, .shared = shared.lines};
}

}  // namespace

bool is_code(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  return first != std::string_view::npos && !line.substr(first).starts_with("//");
}

std::optional<LinesOfCode> lines_of_code(const fs::path& source) {
  LinesOfCode found;
  for (const std::string& name : strategy_names()) {
    const auto lines = lines_of(source, "strategies", fmt::format("strategies/{}.hpp", name),
                                "strategies/strategy.hpp");
    if (!lines) return std::nullopt;
    found.strategies.emplace(name, *lines);
  }
  for (const Entry& protocol : protocol_entries()) {
    const auto lines =
        lines_of(source, "workloads", fmt::format("workloads/protocols/{}.hpp", protocol.name),
                 "workloads/protocol.hpp");
    if (!lines) return std::nullopt;
    found.protocols.emplace(protocol.name, *lines);
  }
  return found;
}

}  // namespace tfm::bench
