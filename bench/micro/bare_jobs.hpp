// SPDX-License-Identifier: MIT
// multibuffer's floor, packet/bare/libipsec-mb/hmac(sha1)/BYTES: the library's jobs in bursts, each
// text hashed where it lies, in one piece, as DPDK's crypto-perf has them hashed. What multibuffer
// takes beyond this is gathering, the seam, and the harness (packet/null).
#pragma once

#include <cstddef>

#include "runtime/algorithm.hpp"

namespace tfm::micro {

/// Registers it, for 1 and 2 threads. The message is that of any provider's hmac(sha1).
void register_bare_jobs(const Algorithm& hmac_sha1, std::size_t bytes);

}  // namespace tfm::micro
