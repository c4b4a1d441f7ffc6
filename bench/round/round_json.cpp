// SPDX-License-Identifier: MIT
#include "bench/round/round_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

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

json account(const Account& a) { return {{"bytes", a.bytes}, {"blocks", a.blocks}}; }

json moment(const Ledger& ledger) {
  json m = {{"total", account(ledger.total)}};
  for (std::size_t i = 0; i < owner_count; ++i) {
    m[std::string(owner_names[i])] = account(ledger.by_owner[i]);
  }
  return m;
}

json counted_cell(const CountedCell& c) {
  json cell = {{"name", c.strategy},
               {"strategy", c.strategy},
               {"aa", false},
               {"memory",
                {{"sockets_half", c.sockets_half},
                 {"sockets", c.sockets},
                 {"idle", moment(c.idle)},
                 {"half", moment(c.half)},
                 {"open", moment(c.open)},
                 {"peak", moment(c.peak)}}},
               {"fast_path",
                {{"packets", c.packets},
                 {"allocations", c.allocations},
                 {"allocations_refused", c.allocations_refused}}}};
  add_tally(cell, c.tally);
  return cell;
}

}  // namespace

json round_head(const RoundRequest& request, double duration_ns) {
  return {{"format", 1},
          {"kind", request.kind},
          {"block_id", request.block_id},
          {"axes", json::parse(block_json(request.block))},
          {"seed", request.seed},
          {"baseline", request.baseline},
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

void add_machine(json& file, const RoundRequest& request, double stamp_ns,
                 const MachineEvents& machine, bool pinned) {
  file["round"] = request.round;
  file["stamp_ns"] = rounded(stamp_ns);
  file["machine"] = {{"steal_percent", rounded(machine.steal_percent)},
                     {"involuntary_switches", machine.involuntary_switches},
                     {"migrations", machine.migrations ? json(*machine.migrations) : json()},
                     {"pinned", pinned}};
}

double rounded(double ns) { return std::round(ns * 1e3) / 1e3; }

std::string to_json(const RoundRequest& request, const TimedRound& round) {
  json file = round_head(request, round.duration_ns);
  add_machine(file, request, round.stamp_ns, round.machine, round.pinned);
  file["capacity_pps"] = round.load ? json(std::round(round.load->capacity_pps)) : json();
  file["offered_pps"] = round.load ? json(std::round(round.load->offered_pps)) : json();
  file["cells"] = json::array();
  for (const Contender& c : round.contenders) file["cells"].push_back(timed_cell(c));
  return file.dump() + "\n";
}

std::string to_json(const RoundRequest& request, const CountedRound& round) {
  json file = round_head(request, round.duration_ns);
  file["cells"] = json::array();
  for (const CountedCell& c : round.cells) file["cells"].push_back(counted_cell(c));
  return file.dump() + "\n";
}

}  // namespace tfm::bench
