// SPDX-License-Identifier: MIT
// The result file of a counted round.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/cell/round_file.hpp"
#include "bench/counted/round.hpp"
#include "bench/or_null.hpp"

namespace tfm::bench {
namespace {

using nlohmann::json;

json account(const Account& a) {
  return {{"bytes", a.bytes}, {"rounded_bytes", a.rounded_bytes}, {"blocks", a.blocks}};
}

json moment(const Ledger& ledger) {
  json m = {{"total", account(ledger.total)}};
  for (std::size_t i = 0; i < owner_count; ++i) {
    m[std::string(owner_names[i])] = account(ledger.by_owner[i]);
  }
  return m;
}

json residency(const Residency& r) {
  return {{"allocator_live_bytes", r.allocator.live_bytes},
          {"allocator_resident_bytes", r.allocator.resident_bytes},
          {"rss_bytes", or_null(r.rss_bytes)},
          {"page_faults", r.page_faults}};
}

/// The error in lower case ("enospc"), or null if there is none.
json error_word(Errno e) {
  if (!failed(e)) return {};
  std::string word(name(e));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return static_cast<char>(c | 0x20); });
  return word;
}

json counted_cell(const std::string& strategy, const CountedCell& c) {
  json cell = cell_head(strategy, strategy);
  cell["memory"] = {{"sockets_half", c.sockets_half},
                    {"sockets", c.sockets},
                    {"sockets_open", c.sockets_open},
                    {"open_error", error_word(c.open_error)},
                    {"idle", moment(c.idle)},
                    {"half", moment(c.half)},
                    {"open", moment(c.open)},
                    {"peak", moment(c.peak)},
                    {"left", c.left ? moment(*c.left) : json()},
                    {"skb_headroom_bytes", c.skb_headroom_bytes},
                    {"resident",
                     {{"before", residency(c.resident.before)},
                      {"open", residency(c.resident.open)},
                      {"closed", residency(c.resident.closed)}}}};
  cell["fast_path"] = {{"packets", c.packets},
                       {"allocations", c.allocations},
                       {"allocations_refused", c.allocations_refused}};
  add_tally(cell, c.tally);
  return cell;
}

}  // namespace

std::string to_json(const RoundRequest& request, const CountedRound& round) {
  json file = round_head(request, round.duration_ns);
  file["cells"] = json::array();
  for (std::size_t i = 0; i < round.cells.size(); ++i) {
    file["cells"].push_back(counted_cell(request.strategies[i], round.cells[i]));
  }
  return file.dump() + "\n";
}

}  // namespace tfm::bench
