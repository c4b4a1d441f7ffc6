// SPDX-License-Identifier: MIT
// The result file of a timed round.
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/round/round_json.hpp"

namespace tfm::bench {
namespace {

using nlohmann::json;

/// Without a single value there are no quantiles.
json histogram(const Histogram& h) {
  json buckets = json::array();
  for (std::size_t b = 0; b < Histogram::buckets; ++b) {
    if (h.count_in(b) != 0) buckets.push_back({Histogram::edge(b), h.count_in(b)});
  }
  const auto known = [&](json value) { return h.count() == 0 ? json() : std::move(value); };
  return {{"count", h.count()},
          {"overflow", h.overflow()},
          {"p50_ns", known(h.quantile(0.5))},
          {"p90_ns", known(h.quantile(0.9))},
          {"p99_ns", known(h.quantile(0.99))},
          {"p999_ns", known(h.quantile(0.999))},
          {"max_ns", known(h.max_ns())},
          {"buckets", std::move(buckets)}};
}

json timed_cell(const Contender& c) {
  json turns = json::array();
  for (const auto& turn : c.turn_ns_per_packet)
    turns.push_back(turn ? json(rounded(*turn)) : json());
  json cell = {{"name", c.name},
               {"strategy", c.strategy},
               {"aa", c.aa},
               {"turn_ns_per_packet", std::move(turns)},
               {"batches", c.batches},
               {"batches_disturbed", c.batches_disturbed},
               {"rss_bytes", c.rss_bytes},
               {"latency", json()}};
  if (c.latencies) {
    cell["latency"] = {{"turns", c.open_loop_turns},
                       {"turns_disturbed", c.open_loop_turns_disturbed},
                       {"response", histogram(c.latencies->response)},
                       {"service", histogram(c.latencies->service)},
                       {"lateness", histogram(c.latencies->lateness)}};
  }
  add_tally(cell, c.tally);
  return cell;
}

}  // namespace

std::string to_json(const RoundRequest& request, const TimedRound& round) {
  json file = round_head(request, round.duration_ns);
  add_machine(file, request, round.stamp_ns, round.machine, round.pinned);
  file["capacity_pps"] = round.load ? json(std::round(round.load->capacity_pps)) : json();
  file["offered_pps"] = round.load ? json(std::round(round.load->offered_pps)) : json();
  file["cells"] = json::array();
  for (const Contender& c : round.contenders) file["cells"].push_back(timed_cell(c));
  return file.dump() + "\n";
}

}  // namespace tfm::bench
