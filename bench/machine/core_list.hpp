// SPDX-License-Identifier: MIT
// Lists of cores as text, in the kernel's form: "0-3,8".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tfm::bench {

/// The cores in the order of the text. The error says what is wrong with the text, without naming
/// it.
tl::expected<std::vector<unsigned>, std::string> parse_core_list(std::string_view text);

/// The text for these cores, in their order: neighbours that ascend by one make a range.
std::string core_list_text(std::span<const unsigned> cores);

}  // namespace tfm::bench
