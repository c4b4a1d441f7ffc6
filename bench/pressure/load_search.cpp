// SPDX-License-Identifier: MIT
#include "bench/pressure/load_search.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <numeric>

namespace tfm::bench {
namespace {

/// Tries each load only once, even if it is needed by both searches.
class Loads {
 public:
  Loads(double capacity_pps, const std::function<Trial(double)>& trial)
      : capacity_pps_(capacity_pps), trial_(trial) {
    for (const int step : load_steps) at(step);
  }

  /// The highest load at which at most one packet in `one_in` is lost; 0: no packet.
  std::optional<double> highest(std::uint64_t one_in) {
    const auto bears = [&](int step) {
      const Trial& t = at(step);
      return t.losses() == 0 || (one_in != 0 && t.losses() * one_in <= t.packets);
    };
    const auto found = std::find_if(load_steps.rbegin(), load_steps.rend(), bears);
    if (found == load_steps.rend()) return std::nullopt;
    int most = *found;
    int least = found == load_steps.rbegin() ? most + 1 : *std::prev(found);
    while (least - most > 1) {
      const int middle = std::midpoint(most, least);
      (bears(middle) ? most : least) = middle;
    }
    return at(most).offered_pps;
  }

  std::vector<Trial> ascending() const {
    std::vector<Trial> trials;
    for (const auto& [step, trial] : trials_) trials.push_back(trial);
    return trials;
  }

 private:
  const Trial& at(int step) {
    const auto known = trials_.find(step);
    if (known != trials_.end()) return known->second;
    return trials_[step] = trial_(capacity_pps_ * std::pow(load_step, step));
  }

  double capacity_pps_;
  const std::function<Trial(double)>& trial_;
  std::map<int, Trial> trials_;
};

}  // namespace

LoadSearch search_loads(double service_ns, std::uint32_t slots, std::uint64_t packets,
                        const std::function<Trial(double pps)>& trial) {
  LoadSearch search{.service_ns = service_ns, .slots = slots, .packets = packets};
  Loads loads(1e9 / service_ns, trial);
  search.lossless_pps = loads.highest(0);
  search.half_percent_loss_pps = loads.highest(200);
  search.trials = loads.ascending();
  return search;
}

}  // namespace tfm::bench
