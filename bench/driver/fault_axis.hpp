// SPDX-License-Identifier: MIT
// The faults axis as text: "none", or the fields that differ from the default, as NAME=VALUE joined
// by ':', such as "probability=0.01:space=65536".
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "bench/block.hpp"

namespace tfm::bench {

/// In the order of FaultAxis.
std::vector<std::string> fault_fields();

/// The error says what would be right.
tl::expected<FaultAxis, std::string> parse_faults(std::string_view text);

/// The one canonical form, which parse_faults() takes.
std::string faults_text(const FaultAxis& faults);

}  // namespace tfm::bench
