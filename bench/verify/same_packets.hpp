// SPDX-License-Identifier: MIT
// Checks that every strategy and every provider sends the same bytes for the same packet.
#pragma once

#include <string>
#include <vector>

namespace tfm::bench {

/// The outcome for one protocol and algorithm.
struct SamePackets {
  std::string checked;     ///< what was compared, in one line
  std::string difference;  ///< empty, or the first difference in one line
};

/// Checks every protocol with every algorithm that it takes: handshakes and established packets of
/// several sizes, over IPv4 and IPv6, with options covered and omitted if that changes the bytes.
/// Every strategy sends and receives them on every provider that has the algorithm.
std::vector<SamePackets> check_same_packets();

}  // namespace tfm::bench
