// SPDX-License-Identifier: MIT
// The same packet must be sent as the same bytes, whoever owns the request and whoever computes it.
#pragma once

#include <string>
#include <vector>

namespace tfm::bench {

/// The outcome for one protocol and algorithm.
struct SamePackets {
  std::string checked;     ///< what was compared, in one line
  std::string difference;  ///< empty, or the first difference in one line
};

/// Every protocol with every algorithm it takes: handshakes and established packets of several
/// sizes, over IPv4 and IPv6, options covered and not where
/// that makes a difference, sent by every strategy on every provider
/// that has the algorithm, and received by it.
std::vector<SamePackets> check_same_packets();

}  // namespace tfm::bench
