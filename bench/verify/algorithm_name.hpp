// SPDX-License-Identifier: MIT
// Algorithms as users name them.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "runtime/algorithm.hpp"

namespace tfm::bench {

/// The name that algorithms() knows: RFC 5926's spellings are translated, others stay.
std::string_view canonical_algorithm(std::string_view name) noexcept;

/// The first provider's algorithm of that name. Error: one line that names what exists.
tl::expected<const Algorithm*, std::string> algorithm_named(std::string_view name);

}  // namespace tfm::bench
