// SPDX-License-Identifier: MIT
#include "bench/cell/tally.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace tfm::bench {

void check_tally(std::string_view cell, const Tally& t, Failures failures) {
  const bool lost = failures == Failures::none && (t.drops != 0 || t.open_failures != 0);
  if (t.forged_accepted == 0 && t.genuine_refused == 0 && !lost) return;
  throw std::runtime_error(
      fmt::format("{} is void: {} forged packets accepted, {} genuine ones refused, {} dropped, {} "
                  "opens failed",
                  cell, t.forged_accepted, t.genuine_refused, t.drops, t.open_failures));
}

}  // namespace tfm::bench
