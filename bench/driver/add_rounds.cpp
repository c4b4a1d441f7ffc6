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
};

std::optional<Had> had(const json& run) {
  try {
    const json& matrix = run.at("matrix");
    return Had{matrix.at("rounds").get<std::uint32_t>(),
               matrix.value("sitting_begins", std::vector<std::uint32_t>())};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::string dumped(const json& run) {
  return run.dump(1, ' ', false, json::error_handler_t::replace) + '\n';
}

/// The beginning of the rounds that come after the `had` ones, and of the sittings before them.
std::vector<std::uint32_t> with_another_sitting(const Had& had, std::uint32_t sittings) {
  std::vector<std::uint32_t> begins = had.sitting_begins;
  if (begins.empty()) begins = even_sittings(had.rounds, sittings);
  begins.push_back(had.rounds);
  return begins;
}

}  // namespace

OrLine<Continued> continue_run(const std::string& text, RunIdentity& identity,
                               std::optional<UtcTime> last_end, UtcTime now) {
  json there = json::parse(text, nullptr, false);
  const auto before = had(there);
  const std::uint32_t wanted = identity.matrix.rounds;
  if (before) identity.matrix.sitting_begins = before->sitting_begins;
  if (!before || wanted == before->rounds) {
    if (auto same = same_run(text, identity); !same) return tl::unexpected(same.error());
    return Continued{text, false};
  }
  json more = there;
  more["matrix"]["rounds"] = wanted;
  if (wanted > before->rounds) {
    if (before->sitting_begins.empty()) {
      // Cut evenly, the rounds that are there would fall into other sittings now.
      identity.matrix.sitting_begins = even_sittings(before->rounds, identity.matrix.sittings);
    }
    if (last_end && now - *last_end >= sitting_gap) {
      identity.matrix.sitting_begins = with_another_sitting(*before, identity.matrix.sittings);
    }
    more["matrix"]["sitting_begins"] = identity.matrix.sitting_begins;
  }
  // Another run, whatever its rounds: what differs beside them is the better hint.
  if (auto same = same_run(dumped(more), identity); !same) return tl::unexpected(same.error());
  if (wanted < before->rounds) {
    return tl::unexpected(fmt::format(
        "the run has {} rounds of a block and this asks for {}: rounds can only be added (--rounds "
        "{} continues it)",
        before->rounds, wanted, before->rounds));
  }
  json& asked = more["asked"];
  if (asked.is_object()) asked["rounds"] = wanted;
  more["additions"].push_back({{"rounds_before", before->rounds},
                               {"time", utc_text(now)},
                               {"command_line", identity.asked.command_line}});
  json& warnings = more["warnings"];
  for (const std::string& line : identity.warnings) {
    if (std::find(warnings.begin(), warnings.end(), line) == warnings.end())
      warnings.push_back(line);
  }
  return Continued{dumped(more), true};
}

}  // namespace tfm::bench
