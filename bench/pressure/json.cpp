// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/cell/round_file.hpp"
#include "bench/pressure/round.hpp"

namespace tfm::bench {
namespace {

using nlohmann::json;

/// Pairs [value, frequency], ascending.
json counts(const DropLog::Counts& counts) {
  json pairs = json::array();
  for (const auto& [value, often] : counts) pairs.push_back({value, often});
  return pairs;
}

json pressure(const PressureCell& c) {
  const PressureFlow& f = c.flow;
  return {{"pages", c.pages},
          {"sockets_open", c.sockets_open},
          {"pages_open", c.pages_open},
          {"skb_headroom_bytes", c.skb_headroom_bytes},
          {"arena",
           {{"budget_pages", c.arena.budget_pages},
            {"sockets_open", c.arena.sockets_open},
            {"mapped_pages", c.arena.mapped_pages},
            {"refused", c.arena.refused}}},
          {"operations", f.operations},
          {"operations_refused", c.operations_refused()},
          {"rx",
           {{"packets", f.rx.packets},
            {"skb_refused", f.rx.skb_refused},
            {"operation_refused", f.rx.operation_refused}}},
          {"tx", {{"packets", f.tx.packets}, {"operation_refused", f.tx.operation_refused}}},
          {"accept_failures", f.accept_failures},
          {"open_failures", c.open_failures()},
          {"bursts", counts(f.drops.bursts())},
          {"recoveries", counts(f.drops.recoveries())},
          {"free_pages_lowest", f.free_pages_lowest},
          {"timeline", f.drops.timeline()},
          {"sequence_hash", fmt::format("{:016x}", f.sequence_hash)}};
}

json search(const LoadSearch& s) {
  json trials = json::array();
  for (const Trial& t : s.trials) {
    trials.push_back({{"offered_pps", std::round(t.offered_pps)},
                      {"packets", t.packets},
                      {"ring_losses", t.ring_losses},
                      {"skb_losses", t.skb_losses},
                      {"operation_losses", t.operation_losses}});
  }
  const auto load = [](std::optional<double> pps) { return pps ? json(std::round(*pps)) : json(); };
  return {{"service_ns", rounded(s.service_ns)},
          {"slots", s.slots},
          {"packets", s.packets},
          {"lossless_pps", load(s.lossless_pps)},
          {"half_percent_loss_pps", load(s.half_percent_loss_pps)},
          {"trials", std::move(trials)}};
}

}  // namespace

std::string to_json(const RoundRequest& request, const PressureRound& round) {
  json file = repeated_round_head(request, round);
  for (const PressureCell& c : round.cells) {
    json cell = cell_head(c.strategy, c.strategy);
    cell["pressure"] = pressure(c);
    cell["search"] = search(c.search);
    add_tally(cell, c.flow.tally);
    file["cells"].push_back(std::move(cell));
  }
  return file.dump() + "\n";
}

}  // namespace tfm::bench
