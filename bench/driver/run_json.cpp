// SPDX-License-Identifier: MIT
#include "bench/driver/run_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "bench/driver/machine_json.hpp"
#include "bench/or_null.hpp"
#include "bench/result_file.hpp"

namespace tfm::bench {
namespace {

using nlohmann::json;

json lines_json(const std::map<std::string, Lines>& lines) {
  json j = json::object();
  for (const auto& [name, l] : lines) j[name] = {{"own", l.own}, {"shared", l.shared}};
  return j;
}

json to_json(const RunIdentity& r) {
  json blocks = json::array();
  for (const PlannedBlock& p : r.plan.blocks) {
    json passes = json::array();
    for (const Pass pass : p.passes) passes.push_back(pass_name(pass));
    json left_out = json::array();
    for (const RefusedBy& r : p.refused) {
      left_out.push_back({{"strategy", r.strategy}, {"reason", r.reason}});
    }
    blocks.push_back({{"id", p.id},
                      {"passes", passes},
                      {"left_out", left_out},
                      {"axes", json::parse(block_json(p.block))}});
  }
  const Provenance& p = r.provenance;
  json run = {{"format", result_format},
              {"run", r.run},
              {"matrix",
               {{"name", r.matrix.name},
                {"baseline", r.matrix.baseline},
                {"second_baseline", or_null(r.matrix.second_baseline)},
                {"strategies", r.matrix.strategies},
                {"rounds", r.matrix.rounds},
                {"sittings", r.matrix.sittings},
                {"aa_copies", r.matrix.aa_copies},
                {"margin_percent", or_null(r.matrix.margin_percent)},
                {"blocks", blocks}}},
              {"asked", asked_json(r.asked)},
              {"seed", r.asked.seed},
              {"pinned_cores", r.cores},
              {"git", {{"revision", p.git_revision}, {"dirty", p.git_dirty}}},
              {"build",
               {{"compiler", p.compiler},
                {"flags", p.flags},
                {"type", p.build_type},
                {"hash", p.build_hash}}},
              {"libraries", p.libraries},
              {"machine", machine_json(p.machine)},
              {"warnings", r.warnings}};
  if (const auto& precision = r.matrix.precision) {
    run["matrix"]["precision"] = {{"percent", precision->percent},
                                  {"max_time_seconds", seconds_of(*precision)},
                                  {"looks", look_rounds}};
  }
  if (!r.matrix.sitting_begins.empty()) {
    run["matrix"]["sitting_begins"] = r.matrix.sitting_begins;
  }
  if (p.lines_of_code) {
    run["lines_of_code"] = {{"strategies", lines_json(p.lines_of_code->strategies)},
                            {"protocols", lines_json(p.lines_of_code->protocols)}};
  }
  return run;
}

/// The first difference, as "a.b is X there, but Y in this run"; empty if they are equal.
std::string difference(const json& there, const json& here, const std::string& path) {
  if (there == here) return {};
  if (there.is_object() && here.is_object()) {
    std::set<std::string> keys;
    for (const auto& [key, value] : there.items()) keys.insert(key);
    for (const auto& [key, value] : here.items()) keys.insert(key);
    for (const std::string& key : keys) {
      const std::string name = path.empty() ? key : fmt::format("{}.{}", path, key);
      if (!there.contains(key)) return fmt::format("{} is missing there", name);
      if (!here.contains(key)) return fmt::format("{} is unknown in this run", name);
      std::string found = difference(there[key], here[key], name);
      if (!found.empty()) return found;
    }
  }
  if (there.is_array() && here.is_array() && path == "matrix.blocks") {
    return fmt::format("{} differs: {} blocks there, {} in this run", path, there.size(),
                       here.size());
  }
  return fmt::format("{} is {} there, but {} in this run", path, there.dump(), here.dump());
}

/// The names of a round's cells: the strategies, and in timed rounds the copies of the baseline.
std::set<std::string> cell_names(const RoundRequest& request) {
  std::set<std::string> names(request.strategies.begin(), request.strategies.end());
  for (std::uint32_t copy = 0; copy < request.aa_copies; ++copy) {
    names.insert(fmt::format("{}#{}", request.baseline, copy + 2));
  }
  return names;
}

/// Checks that `found` has these values. `prefix` is put before the keys in an error.
OrLine<void> same_values(const json& found, const std::map<std::string, json>& expected,
                         std::string_view prefix) {
  for (const auto& [key, value] : expected) {
    if (!found.contains(key)) return tl::unexpected(fmt::format("it lacks {}{}", prefix, key));
    if (found[key] != value) {
      return tl::unexpected(fmt::format("its {}{} is {}, this run's is {}", prefix, key,
                                        found[key].dump(), value.dump()));
    }
  }
  return {};
}

OrLine<UtcTime> end_in(const json& j) {
  const auto start = j.find("start");
  const auto duration = j.find("duration_ns");
  if (start == j.end()) return tl::unexpected(std::string("it lacks start"));
  if (duration == j.end() || !duration->is_number()) {
    return tl::unexpected(std::string("it lacks duration_ns"));
  }
  const auto begun = parse_utc(start->is_string() ? start->get<std::string>() : "");
  if (!begun) return tl::unexpected(fmt::format("its start {} is not a time", start->dump()));
  return *begun + std::chrono::seconds(std::lround(duration->get<double>() / 1e9));
}

}  // namespace

json seconds_of(const Precision& precision) {
  return precision.max_time ? json(precision.max_time->count()) : json();
}

std::string run_json(const RunIdentity& identity) {
  // Names and arguments can be any bytes.
  return to_json(identity).dump(1, ' ', false, json::error_handler_t::replace) + '\n';
}

OrLine<void> same_run(const std::string& text, const RunIdentity& identity) {
  json there = json::parse(text, nullptr, false);
  if (!there.is_object()) return tl::unexpected(std::string("it is truncated or not JSON"));
  json here = to_json(identity);
  for (json* run : {&there, &here}) {
    run->erase("run");
    run->erase("asked");  // the matrix and the seed say what came of it
    run->erase("additions");
    run->erase("warnings");
    run->erase("lines_of_code");  // follows from the revision; the source can be gone by now
    if (run->contains("machine") && (*run)["machine"].is_object()) {
      (*run)["machine"].erase("memory_bytes");
      (*run)["machine"].erase("host");
    }
  }
  // Compare what the user asked for first, then the revision, then machine and build. With a wrong
  // --out all differ, and after an update all but the first: these are the better hints.
  for (const char* first : {"matrix", "seed", "git"}) {
    if (there.contains(first) && there[first] != here[first])
      return tl::unexpected(difference(there[first], here[first], first));
  }
  std::string found = difference(there, here, "");
  if (!found.empty()) return tl::unexpected(std::move(found));
  return {};
}

OrLine<UtcTime> end_of_round(const std::string& text) {
  const json j = json::parse(text, nullptr, false);
  if (!j.is_object()) return tl::unexpected(std::string("it is truncated or not JSON"));
  return end_in(j);
}

OrLine<UtcTime> check_round(const std::string& text, const RoundRequest& request) {
  const json j = json::parse(text, nullptr, false);
  if (!j.is_object()) return tl::unexpected(std::string("it is truncated or not JSON"));
  std::map<std::string, json> expected = {
      {"format", result_format},      {"kind", pass_name(request.pass)},
      {"block_id", request.block_id}, {"axes", json::parse(block_json(request.block))},
      {"seed", request.seed},         {"baseline", request.baseline}};
  if (request.pass != Pass::counted) expected["round"] = request.round;
  if (auto same = same_values(j, expected, ""); !same) return tl::unexpected(same.error());
  // The host can be another one: shards of a run are measured on several.
  const auto origin = same_values(j.value("origin", json()),
                                  {{"kind", request.origin.kind},
                                   {"revision", request.origin.revision},
                                   {"build", request.origin.build}},
                                  "origin.");
  if (!origin) return tl::unexpected(origin.error());
  std::set<std::string> names;
  if (const auto cells = j.find("cells"); cells != j.end() && cells->is_array()) {
    for (const json& cell : *cells) {
      if (cell.is_object() && cell.contains("name") && cell["name"].is_string()) {
        names.insert(cell["name"].get<std::string>());
      }
    }
  }
  if (const std::set<std::string> wanted = cell_names(request); names != wanted) {
    return tl::unexpected(fmt::format("its cells are {}, this run's are {}", fmt::join(names, " "),
                                      fmt::join(wanted, " ")));
  }
  return end_in(j);
}

}  // namespace tfm::bench
