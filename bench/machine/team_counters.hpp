// SPDX-License-Identifier: MIT
// A group of counters for each CPU of a team.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/machine/counter_group.hpp"
#include "bench/machine/team.hpp"

namespace tfm::bench {

class TeamCounters {
 public:
  /// Opens them on the team's threads. If CPUs have different events, nothing is counted.
  TeamCounters(Team& team, const CounterSource& source);

  /// Of the events that are counted. Empty: nothing is.
  std::span<const std::string_view> names() const noexcept;
  /// As CounterGroup's.
  const std::string& missing() const noexcept { return missing_; }

  /// A CPU's group, for its thread; nullptr if nothing is counted.
  const CounterGroup* of(unsigned cpu) const noexcept;

 private:
  std::vector<std::unique_ptr<CounterGroup>> groups_;  // empty: nothing is counted
  std::string missing_;
};

}  // namespace tfm::bench
