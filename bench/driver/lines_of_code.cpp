// SPDX-License-Identifier: MIT
#include "bench/driver/lines_of_code.hpp"

#include <fstream>
#include <set>
#include <string>
#include <string_view>

#include "bench/driver/catalog.hpp"

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

/// What was read of some files of one folder.
struct Read {
  std::uint32_t lines = 0;
  std::set<std::string> includes;  ///< of the same folder, without its name
};

/// Adds a file to what was read. False where it cannot be read.
bool read(const fs::path& source, const std::string& folder, const std::string& file, Read& to) {
  const std::string include = "#include \"" + folder + "/";
  std::ifstream in(source / folder / file);
  for (std::string line; std::getline(in, line);) {
    if (is_code(line)) ++to.lines;
    if (line.starts_with(include)) {
      to.includes.insert(line.substr(include.size(), line.rfind('"') - include.size()));
    }
  }
  return in.eof();
}

std::optional<Lines> lines_of(const fs::path& source, const std::string& folder,
                              const std::string& name) {
  Read own;
  if (!read(source, folder, name + ".hpp", own)) return std::nullopt;
  if (fs::exists(source / folder / (name + ".cpp"))) {
    if (!read(source, folder, name + ".cpp", own)) return std::nullopt;
  }
  Read shared;
  std::set<std::string> seen = {name + ".hpp", "strategy.hpp"};
  std::set<std::string> next = std::move(own.includes);
  while (!next.empty()) {
    const std::string file = next.extract(next.begin()).value();
    if (!seen.insert(file).second) continue;
    if (!read(source, folder, file, shared)) return std::nullopt;
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
    const auto lines = lines_of(source, "strategies", name);
    if (!lines) return std::nullopt;
    found.strategies.emplace(name, *lines);
  }
  for (const Entry& protocol : protocol_entries()) {
    const auto lines = lines_of(source, "workloads/protocols", protocol.name);
    if (!lines) return std::nullopt;
    found.protocols.emplace(protocol.name, *lines);
  }
  return found;
}

}  // namespace tfm::bench
