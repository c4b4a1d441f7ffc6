// SPDX-License-Identifier: MIT
// Which pairs of strategy and protocol this build has: all, unless CMake's TFM_PAIRS is "covering".
// The sanitizers' presets set it, because a pair takes seconds to compile with a sanitizer.
#pragma once

#include <string_view>

namespace tfm::bench {

#ifdef TFM_COVERING_PAIRS
inline constexpr bool all_pairs = false;
#else
inline constexpr bool all_pairs = true;
#endif

/// The covering set. Every strategy with tcp_ao; md5sig_pool also with tcp_md5, because it takes
/// none of tcp_ao's algorithms. Every protocol with two strategies: one that keeps its requests and
/// one that allocates them.
constexpr bool covers(std::string_view strategy, std::string_view protocol) noexcept {
  return protocol == "tcp_ao" || (strategy == "md5sig_pool" && protocol == "tcp_md5") ||
         strategy == "percpu_pool" || strategy == "per_socket_tfm";
}

constexpr bool has_pair(std::string_view strategy, std::string_view protocol) noexcept {
  return all_pairs || covers(strategy, protocol);
}

}  // namespace tfm::bench
