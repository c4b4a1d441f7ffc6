// SPDX-License-Identifier: MIT
// The result file of a timed round.
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/cell/round_file.hpp"
#include "bench/timed/round.hpp"

namespace tfm::bench {
namespace {

using nlohmann::json;

/// The quantiles of an empty histogram are null.
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

/// For each counted event, its number per packet by turn.
json turn_counts(const std::vector<std::string>& counters, const Turns& turns) {
  json counts = json::object();
  for (std::size_t i = 0; i < counters.size(); ++i) {
    json& each = counts[counters[i]] = json::array();
    for (const auto& turn : turns.counts_per_packet) {
      each.push_back(turn ? json(rounded((*turn)[i])) : json());
    }
  }
  return counts;
}

json timed_cell(const TimedCell& c, const std::vector<std::string>& counters) {
  json turns = json::array();
  for (const auto& turn : c.turns.ns_per_packet)
    turns.push_back(turn ? json(rounded(*turn)) : json());
  json cell = cell_head(c.name, c.strategy, c.aa);
  cell["turn_ns_per_packet"] = std::move(turns);
  if (!counters.empty()) {
    cell["turn_counts_per_packet"] = turn_counts(counters, c.turns);
    cell["batches_uncounted"] = c.turns.batches_uncounted;
  }
  cell["batches"] = c.turns.batches;
  cell["batches_disturbed"] = c.turns.batches_disturbed;
  cell["turns_void"] = c.turns.turns_void;
  cell["turns_dirtied"] = c.turns.turns_dirtied;
  cell["rss_bytes"] = c.rss_bytes;
  cell["latency"] = json();
  if (c.open_loop) {
    const Latencies& latencies = c.open_loop->latencies;
    cell["latency"] = {{"turns", c.open_loop->turns},
                       {"turns_disturbed", c.open_loop->turns_disturbed},
                       {"turns_void", c.open_loop->turns_void},
                       {"response", histogram(latencies.response)},
                       {"service", histogram(latencies.service)},
                       {"lateness", histogram(latencies.lateness)}};
  }
  add_tally(cell, c.tally);
  return cell;
}

}  // namespace

std::string to_json(const RoundRequest& request, const TimedRound& round) {
  json file = repeated_round_head(request, round);
  if (round.load) {
    file["capacity_pps"] = std::round(round.load->capacity_pps);
    file["offered_pps"] = std::round(round.load->offered_pps);
  }
  file["counters"] = {
      {"events", round.counters},
      {"missing", round.counters_missing.empty() ? json() : json(round.counters_missing)}};
  for (const TimedCell& c : round.cells) file["cells"].push_back(timed_cell(c, round.counters));
  return file.dump() + "\n";
}

}  // namespace tfm::bench
