// SPDX-License-Identifier: MIT
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/cell/round_file.hpp"
#include "bench/in_flight/round.hpp"

namespace tfm::bench {
namespace {

using nlohmann::json;

json in_flight(const EngineOptions& o, const EngineFlow& f) {
  return {{"kind", in_flight_names[static_cast<std::size_t>(f.kind)]},
          {"depth", o.depth},
          {"engine_ns", o.engine_ns},
          {"service_ns", rounded(o.service_ns)},
          {"own_ns", rounded(o.own_ns)},
          {"packets", f.packets},
          {"refused", f.refused},
          {"most_held", f.most_held},
          {"waits", f.waits},
          {"waited_ns", std::round(f.waited_ns)},
          {"engine_waits", f.engine_waits},
          {"engine_waited_ns", std::round(f.engine_waited_ns)},
          {"pps", std::round(f.pps)},
          {"overtaken", f.overtaken},
          {"request_bytes_peak", f.request_bytes_peak},
          {"macs_checked", f.checked},
          {"macs_wrong", f.wrong}};
}

/// null if the histogram is empty.
json times(const Histogram& h) {
  if (h.count() == 0) return {};
  return {{"count", h.count()},
          {"p50_ns", rounded(h.quantile(0.5))},
          {"p99_ns", rounded(h.quantile(0.99))},
          {"max_ns", h.max_ns()}};
}

json preemption(const Preemption& p) {
  return {{"held", p.held},           {"rx_packets", p.rx_packets},
          {"rx_waited", p.rx_waited}, {"macs_checked", p.checked},
          {"macs_wrong", p.wrong},    {"disturbed", p.disturbed},
          {"wait", times(p.wait)},    {"section", times(p.section)}};
}

}  // namespace

std::string to_json(const RoundRequest& request, const InFlightRound& round) {
  json file = repeated_round_head(request, round);
  for (const InFlightCell& c : round.cells) {
    json cell = cell_head(c.strategy, c.strategy);
    cell["in_flight"] = in_flight(c.engine, c.flow);
    cell["preemption"] = preemption(c.preemption);
    add_tally(cell, c.flow.tally);
    file["cells"].push_back(std::move(cell));
  }
  return file.dump() + "\n";
}

}  // namespace tfm::bench
