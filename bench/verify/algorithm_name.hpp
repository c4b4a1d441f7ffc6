// SPDX-License-Identifier: MIT
// Algorithms by the names that users give.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "runtime/algorithm.hpp"

namespace tfm::bench {

/// The name that algorithms() knows. Names in RFC 5926's spelling are translated; others are
/// unchanged.
std::string_view canonical_algorithm(std::string_view name) noexcept;

/// The first algorithm of that name, in the order of algorithms(). Error: one line with all names.
tl::expected<const Algorithm*, std::string> algorithm_named(std::string_view name);

}  // namespace tfm::bench
