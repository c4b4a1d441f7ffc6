// SPDX-License-Identifier: MIT
// Which pairs of strategy and protocol this build has. All of them, unless CMake's TFM_PAIRS says
// "covering", as the sanitizers' presets do: with them a pair takes seconds to compile.
#pragma once

#include <string_view>

namespace tfm::bench {

#ifdef TFM_COVERING_PAIRS
inline constexpr bool all_pairs = false;
#else
inline constexpr bool all_pairs = true;
#endif

/// The covering set: every strategy with tcp_ao, and md5sig_pool, which takes none of tcp_ao's
/// algorithms, with tcp_md5; every protocol with two strategies, one that keeps its requests and
/// one that allocates them.
constexpr bool covers(std::string_view strategy, std::string_view protocol) noexcept {
  return protocol == "tcp_ao" || (strategy == "md5sig_pool" && protocol == "tcp_md5") ||
         strategy == "percpu_pool" || strategy == "per_socket_tfm";
}

constexpr bool has_pair(std::string_view strategy, std::string_view protocol) noexcept {
  return all_pairs || covers(strategy, protocol);
}

}  // namespace tfm::bench
