// SPDX-License-Identifier: MIT
#include "workloads/traffic/choice.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tfm {

SocketChoice SocketChoice::uniform(std::uint32_t sockets) {
  SocketChoice choice;
  choice.sockets_ = sockets;
  return choice;
}

SocketChoice SocketChoice::zipf(std::uint32_t sockets, Rng& rng) {
  SocketChoice choice = uniform(sockets);
  choice.cumulative_.resize(sockets);
  double sum = 0;
  for (std::uint32_t rank = 0; rank < sockets; ++rank) {
    sum += 1.0 / (rank + 1.0);
    choice.cumulative_[rank] = sum;
  }
  for (double& share : choice.cumulative_) share /= sum;
  choice.socket_of_rank_.resize(sockets);
  std::iota(choice.socket_of_rank_.begin(), choice.socket_of_rank_.end(), 0U);
  for (std::uint32_t i = sockets; i > 1; --i) {
    std::swap(choice.socket_of_rank_[i - 1], choice.socket_of_rank_[rng.below(i)]);
  }
  return choice;
}

std::uint32_t SocketChoice::draw(Rng& rng) const noexcept {
  if (cumulative_.empty()) return rng.below(sockets_);
  const auto rank = std::upper_bound(cumulative_.begin(), cumulative_.end(), rng.uniform());
  const auto last = cumulative_.end() - 1;
  return socket_of_rank_[static_cast<std::size_t>(std::min(rank, last) - cumulative_.begin())];
}

}  // namespace tfm
