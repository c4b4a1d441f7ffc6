// SPDX-License-Identifier: MIT
#include "bench/driver/not_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/result_file.hpp"

namespace tfm::bench {
namespace {

using nlohmann::json;

constexpr unsigned given_up = 2;

}  // namespace

std::string not_run_json(const RoundRequest& request, const NotRun& note) {
  json j = {{"format", result_format},
            {"kind", pass_name(request.pass)},
            {"block_id", request.block_id},
            {"start", request.start},
            {"origin", origin_json(request.origin)},
            {"reason", note.reason},
            {"memory_wanted_bytes", note.memory_wanted_bytes},
            {"memory_had_bytes", note.memory_had_bytes}};
  if (request.pass != Pass::counted) j["round"] = request.round;
  // What the process wrote can be any bytes.
  return j.dump(1, ' ', false, json::error_handler_t::replace) + '\n';
}

std::string reason_in(const std::string& note_text) {
  const json j = json::parse(note_text, nullptr, false);
  if (j.is_object() && j.contains("reason") && j["reason"].is_string()) return j["reason"];
  return "its note does not say why";
}

void Failures::noted_before(const Job& job) { of(job).strikes = 1; }

void Failures::failed(const Job& job, const std::string& reason, bool took_too_long) {
  Block& block = of(job);
  block.strikes += took_too_long ? 1 : given_up;
  ++block.failed;
  block.reason = reason;
}

bool Failures::stops(const Job& job) {
  const auto found = blocks_.find({job.block, job.pass});
  if (found == blocks_.end() || found->second.strikes < given_up) return false;
  ++found->second.not_started;
  return true;
}

bool Failures::any() const {
  return std::any_of(blocks_.begin(), blocks_.end(),
                     [](const auto& b) { return b.second.failed > 0; });
}

std::vector<std::string> Failures::lines() const {
  std::vector<std::string> lines;
  for (const auto& [of, block] : blocks_) {
    if (block.failed == 0) continue;
    const auto& [index, pass] = of;
    lines.push_back(fmt::format(
        "{} {} round{} of {} could not run{}: {}", block.failed, pass_name(pass),
        block.failed == 1 ? "" : "s", plan_.blocks[index].id,
        block.not_started == 0 ? "" : fmt::format(", {} more not started", block.not_started),
        block.reason));
  }
  return lines;
}

}  // namespace tfm::bench
