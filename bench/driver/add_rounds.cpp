// SPDX-License-Identifier: MIT
#include "bench/driver/add_rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/driver/sittings.hpp"

namespace tfm::bench {
namespace {

using nlohmann::json;

/// What the run has had, as far as run.json says it in the form that this version writes.
struct Had {
  std::uint32_t rounds;
  std::vector<std::uint32_t> sitting_begins;  ///< empty: cut evenly
  bool precision;
  json max_time_seconds;  ///< null: no limit
};

std::optional<Had> had(const json& run) {
  try {
    const json& matrix = run.at("matrix");
    const json precision = matrix.value("precision", json::object());
    return Had{matrix.at("rounds").get<std::uint32_t>(),
               matrix.value("sitting_begins", std::vector<std::uint32_t>()),
               matrix.contains("precision"), precision.value("max_time_seconds", json())};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::string dumped(const json& run) {
  return run.dump(1, ' ', false, json::error_handler_t::replace) + '\n';
}

std::string time_text(const json& seconds) {
  return seconds.is_null() ? "no max-time" : fmt::format("a max-time of {} s", seconds.dump());
}

/// The sittings of a run that gets more rounds than `before`, for which the rounds that are there
/// keep theirs. Cut evenly, some would fall into another.
std::vector<std::uint32_t> sittings_with_more(const Had& before, std::uint32_t sittings,
                                              bool another) {
  std::vector<std::uint32_t> begins = before.sitting_begins;
  if (begins.empty()) begins = even_sittings(before.rounds, sittings);
  if (another) begins.push_back(before.rounds);
  return begins;
}

/// Why `identity` asks for less than the run has; empty: it does not.
std::string asks_for_less(const Had& before, const RunIdentity& identity) {
  const std::uint32_t rounds = identity.matrix.rounds;
  if (rounds < before.rounds) {
    return fmt::format(
        "the run has {} rounds of a block and this asks for {}: rounds can only be added (--rounds "
        "{} continues it)",
        before.rounds, rounds, before.rounds);
  }
  if (!before.precision) return {};
  const json now = seconds_of(*identity.matrix.precision);
  if (!now.is_null() && (before.max_time_seconds.is_null() || now < before.max_time_seconds)) {
    return fmt::format("the run has {} and this asks for {} s: time can only be added",
                       time_text(before.max_time_seconds), now.dump());
  }
  return {};
}

}  // namespace

OrLine<Continued> continue_run(const std::string& text, RunIdentity& identity,
                               std::optional<UtcTime> last_end, UtcTime now) {
  json run = json::parse(text, nullptr, false);
  const auto before = had(run);
  json addition;
  if (before) {
    const std::uint32_t rounds = identity.matrix.rounds;
    identity.matrix.sitting_begins = before->sitting_begins;
    if (rounds != before->rounds) {
      addition["rounds_before"] = before->rounds;
      run["matrix"]["rounds"] = rounds;
    }
    if (rounds > before->rounds) {
      const bool another = last_end && now - *last_end >= sitting_gap;
      identity.matrix.sitting_begins =
          sittings_with_more(*before, identity.matrix.sittings, another);
      run["matrix"]["sitting_begins"] = identity.matrix.sitting_begins;
    }
    if (before->precision && identity.matrix.precision) {
      const json seconds = seconds_of(*identity.matrix.precision);
      if (seconds != before->max_time_seconds) {
        addition["max_time_seconds_before"] = before->max_time_seconds;
        run["matrix"]["precision"]["max_time_seconds"] = seconds;
      }
    }
  }
  // Another run, whatever it adds: what differs beside that is the better hint.
  if (auto same = same_run(addition.is_null() ? text : dumped(run), identity); !same) {
    return tl::unexpected(same.error());
  }
  if (addition.is_null()) return Continued{text, false};
  if (auto less = asks_for_less(*before, identity); !less.empty()) {
    return tl::unexpected(std::move(less));
  }
  if (json& asked = run["asked"]; asked.is_object()) {
    if (addition.contains("rounds_before")) asked["rounds"] = identity.matrix.rounds;
    if (addition.contains("max_time_seconds_before")) {
      asked["max_time_seconds"] = seconds_of(*identity.matrix.precision);
    }
  }
  addition["time"] = utc_text(now);
  addition["command_line"] = identity.asked.command_line;
  run["additions"].push_back(addition);
  json& warnings = run["warnings"];
  for (const std::string& line : identity.warnings) {
    if (std::find(warnings.begin(), warnings.end(), line) == warnings.end()) {
      warnings.push_back(line);
    }
  }
  return Continued{dumped(run), true};
}

}  // namespace tfm::bench
