// SPDX-License-Identifier: MIT
// JSON of what may not be known.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

namespace tfm::bench {

/// The value, or null if there is none.
template <class T>
nlohmann::json or_null(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

}  // namespace tfm::bench
