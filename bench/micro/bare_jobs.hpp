// SPDX-License-Identifier: MIT
// multibuffer's floor, packet/bare/libipsec-mb/hmac(sha1)/BYTES: the library's jobs in bursts. Each
// text is hashed in place and in one piece, as in DPDK's crypto-perf. The additional time of
// multibuffer is for gathering the text, the strategy contract, and the harness (packet/null).
#pragma once

#include <cstddef>

#include "runtime/algorithm.hpp"

namespace tfm::micro {

/// Registers it for 1 and 2 threads. `hmac_sha1` can be from any provider.
void register_bare_jobs(const Algorithm& hmac_sha1, std::size_t bytes);

}  // namespace tfm::micro
