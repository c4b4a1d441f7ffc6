// SPDX-License-Identifier: MIT
#include "bench/pass.hpp"

#include <algorithm>

namespace tfm::bench {

std::string_view pass_name(Pass pass) {
  switch (pass) {
    case Pass::timed:
      return "timed";
    case Pass::counted:
      return "counted";
    case Pass::pressure:
      return "pressure";
    case Pass::in_flight:
      return "in_flight";
  }
  return {};
}

std::vector<std::string> pass_names(const Passes& passes) {
  std::vector<std::string> names;
  for (const Pass pass : passes) names.emplace_back(pass_name(pass));
  return names;
}

std::optional<Pass> pass_named(std::string_view name) {
  const auto* const found = std::find_if(all_passes.begin(), all_passes.end(),
                                         [&](Pass pass) { return pass_name(pass) == name; });
  return found == all_passes.end() ? std::nullopt : std::optional(*found);
}

}  // namespace tfm::bench
