// SPDX-License-Identifier: MIT
// The values of text axes without a fixed list of words: texts with rules of their own, and the
// names that the providers register.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tfm::bench {

/// The canonical text of a value ("polluted:064" becomes "polluted:64"). The error says what would
/// be valid.
using CanonicalText = tl::expected<std::string, std::string>;
CanonicalText workload_form(std::string_view text);
CanonicalText cache_form(std::string_view text);
CanonicalText load_form(std::string_view text);
CanonicalText scratch_form(std::string_view text);

/// What happens to the cache between polls, untimed.
struct CacheState {
  unsigned polluted_kib = 0;  ///< KiB to write; 0: none
  bool cold = false;          ///< the memory of the next poll's sockets is flushed

  bool operator==(const CacheState&) const = default;
};

/// What `cache` asks for. Nothing if the text is invalid.
std::optional<CacheState> cache_state(std::string_view cache);
/// The share of the capacity that `load` gives, percent; 0: closed loop. Nothing if the text is
/// invalid.
std::optional<unsigned> load_percent(std::string_view load);

/// In registration order. Both initialise the providers.
std::vector<std::string> algorithm_names();
std::vector<std::string> provider_names();

}  // namespace tfm::bench
