// SPDX-License-Identifier: MIT
// How a round measures a block. Rounds of all passes except counted are repeated.
#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tfm::bench {

enum class Pass {
  timed,     ///< ns per packet and latency, by tfmbench_round
  counted,   ///< the ledger and injected faults, by tfmbench_round_counted
  pressure,  ///< failures in a zone of `pages` pages, by tfmbench_round
  in_flight  ///< operations that end after other packets have begun, by tfmbench_round
};
inline constexpr std::array all_passes = {Pass::timed, Pass::counted, Pass::pressure,
                                          Pass::in_flight};
using Passes = std::set<Pass>;

/// "timed", "counted", "pressure", "in_flight": the words of matrices and result files.
std::string_view pass_name(Pass pass);
std::vector<std::string> pass_names(const Passes& passes);

/// Nothing if no pass has that name.
std::optional<Pass> pass_named(std::string_view name);

}  // namespace tfm::bench
