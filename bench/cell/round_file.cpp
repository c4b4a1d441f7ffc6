// SPDX-License-Identifier: MIT
#include "bench/cell/round_file.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/machine/simd_state.hpp"
#include "bench/or_null.hpp"
#include "bench/result_file.hpp"

namespace tfm::bench {

using nlohmann::json;

json round_head(const RoundRequest& request, double duration_ns) {
  return {{"format", result_format},
          {"kind", pass_name(request.pass)},
          {"block_id", request.block_id},
          {"axes", json::parse(block_json(request.block))},
          {"seed", request.seed},
          {"baseline", request.baseline},
          {"start", request.start},
          {"origin", origin_json(request.origin)},
          {"duration_ns", std::round(duration_ns)}};
}

void add_tally(json& cell, const Tally& t) {
  cell.update({{"packets", t.packets},
               {"sent", t.sent},
               {"accepted", t.accepted},
               {"forged", t.forged},
               {"forged_refused", t.forged_refused},
               {"forged_accepted", t.forged_accepted},
               {"genuine_refused", t.genuine_refused},
               {"allocation_failures", t.allocation_failures},
               {"drops", t.drops},
               {"opens", t.opens},
               {"accepts", t.accepts},
               {"closes", t.closes},
               {"open_failures", t.open_failures}});
}

json repeated_round_head(const RoundRequest& request, const RoundFacts& facts) {
  const MachineEvents& machine = facts.machine;
  const auto simd = cleaned_simd_state();
  json file = round_head(request, facts.duration_ns);
  file["round"] = request.round;
  file["stamp_ns"] = rounded(facts.stamp_ns);
  file["machine"] = {{"steal_percent", rounded(machine.steal_percent)},
                     {"involuntary_switches", machine.involuntary_switches},
                     {"migrations", or_null(machine.migrations)},
                     {"pinned", facts.pinned},
                     {"simd_state", simd ? json(simd_state_name(*simd)) : json()}};
  file["huge_pages"] = json();
  if (facts.pages) {
    file["huge_pages"] = {{"memory_bytes", facts.pages->bytes},
                          {"huge_bytes", facts.pages->huge_bytes}};
  }
  file["capacity_pps"] = json();
  file["offered_pps"] = json();
  file["cells"] = json::array();
  return file;
}

json cell_head(const std::string& name, const std::string& strategy, bool aa) {
  return {{"name", name}, {"strategy", strategy}, {"aa", aa}};
}

double rounded(double ns) { return std::round(ns * 1e3) / 1e3; }

}  // namespace tfm::bench
