// SPDX-License-Identifier: MIT
// The same packet must get the same MAC, whoever owns the request and whoever computes it.
#pragma once

#include <string>
#include <vector>

namespace tfm::bench {

/// The outcome for one protocol and algorithm.
struct SameMacs {
  std::string checked;     ///< what was compared, in one line
  std::string difference;  ///< empty, or the first difference in one line
};

/// Every protocol with every algorithm it takes: handshakes and established segments of several
/// sizes, over IPv4 and IPv6, options covered and not, signed by every strategy on every provider
/// that has the algorithm, and verified by it.
std::vector<SameMacs> check_same_macs();

}  // namespace tfm::bench
