// SPDX-License-Identifier: MIT
#include "bench/machine/team_counters.hpp"

#include <algorithm>

namespace tfm::bench {

TeamCounters::TeamCounters(Team& team, const CounterSource& source) : groups_(team.cpus()) {
  team.run([&](unsigned cpu) { groups_[cpu] = std::make_unique<CounterGroup>(source); });
  const CounterGroup& first = *groups_.front();
  missing_ = first.missing();
  const bool alike = std::ranges::all_of(
      groups_, [&](const auto& group) { return group->names() == first.names(); });
  if (!alike) missing_ = "cores differ in the events that they count";
  if (!alike || first.names().empty()) groups_.clear();
}

std::span<const std::string_view> TeamCounters::names() const noexcept {
  if (groups_.empty()) return {};
  return groups_.front()->names();
}

const CounterGroup* TeamCounters::of(unsigned cpu) const noexcept {
  return groups_.empty() ? nullptr : groups_[cpu].get();
}

}  // namespace tfm::bench
