// SPDX-License-Identifier: MIT
// Points in time as result files have them: ISO 8601, UTC, whole seconds.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tfm::bench {

using UtcTime = std::chrono::sys_seconds;

UtcTime utc_now();

/// "2026-11-30T02:24:48Z"
std::string utc_text(UtcTime time);

/// Nothing if the text has any other form, or if there is no such time.
std::optional<UtcTime> parse_utc(std::string_view text);

}  // namespace tfm::bench
