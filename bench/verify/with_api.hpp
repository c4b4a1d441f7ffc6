// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <string>

#include "runtime/algorithm.hpp"

namespace tfm::bench {

/// What a line of `verify` says of an algorithm's api; nothing of flat.
inline std::string with_api(Api api) {
  if (api == Api::flat) return {};
  return fmt::format(" with api={}", api_names[static_cast<std::size_t>(api)]);
}

}  // namespace tfm::bench
