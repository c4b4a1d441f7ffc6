// SPDX-License-Identifier: MIT
// Which socket the next packet is for.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/rng.hpp"

namespace tfm {

/// Uniform over all sockets, or Zipf with exponent 1: the socket of rank k is chosen in proportion
/// to 1/k. Ranks are assigned to sockets at random, so that busy sockets are not all adjacent.
class SocketChoice {
 public:
  static SocketChoice uniform(std::uint32_t sockets);
  /// Takes 12 bytes per socket.
  static SocketChoice zipf(std::uint32_t sockets, Rng& rng);

  std::uint32_t draw(Rng& rng) const noexcept;

 private:
  std::uint32_t sockets_ = 1;
  std::vector<double> cumulative_;  // Zipf: shares of ranks 1..k, ending in 1
  std::vector<std::uint32_t> socket_of_rank_;
};

}  // namespace tfm
