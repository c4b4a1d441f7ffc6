// SPDX-License-Identifier: MIT
// The values of text axes that are no words of a fixed list: forms of their own, and what the
// providers register.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tfm::bench {

/// The one text for equal values ("polluted:064" is "polluted:64"); the error says what would be
/// right.
using CanonicalText = tl::expected<std::string, std::string>;
CanonicalText workload_form(std::string_view text);
CanonicalText cache_form(std::string_view text);
CanonicalText load_form(std::string_view text);
CanonicalText scratch_form(std::string_view text);

/// KiB that `cache` has written between polls, 0 for a warm one. Nothing: it is no such text.
std::optional<unsigned> polluted_kib(std::string_view cache);
/// The share of capacity that `load` says, percent; 0: closed loop. Nothing: it is no such text.
std::optional<unsigned> load_percent(std::string_view load);

/// In registration order. They bring the providers up.
std::vector<std::string> algorithm_names();
std::vector<std::string> provider_names();

}  // namespace tfm::bench
