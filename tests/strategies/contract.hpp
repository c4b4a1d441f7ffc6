// SPDX-License-Identifier: MIT
// What the tests of the contract share: a fixture for each registered strategy, and the life of a
// socket.
#pragma once

#include "tests/strategies/support.hpp"

namespace tfm::test {

inline constexpr unsigned possible_cpus = 4;
inline constexpr std::size_t scratch_bytes = 60;  // as much as md5sig_pool has
inline constexpr Direction both[] = {Direction::tx, Direction::rx};

template <Strategy S>
class Contract : public ::testing::Test {
 protected:
  using Socket = typename S::Socket;

  static std::unique_ptr<S> create() {
    return tfm::create<S>({.possible_cpus = possible_cpus}).value();
  }

  static void expect_results(S& strategy, Socket& socket, const Algorithm& algorithm,
                             const KeyPair& keys, Bytes text, unsigned cpu = 0) {
    for (const Direction d : both) {
      EXPECT_EQ(shown(operate(strategy, socket, algorithm, d, text, cpu, scratch_bytes)),
                shown(expected<S>(algorithm, keys.of(d), text)))
          << label(algorithm);
    }
  }

  /// The whole life of a socket, to its close.
  static void live(S& strategy, const Algorithm& algorithm,
                   KeysPerSocket keys = KeysPerSocket::two) {
    const KeyPair first(algorithm, 1, keys), second(algorithm, 2, keys);
    const KeyPair child_keys(algorithm, 3, keys);
    const auto text = pattern(94, 0);
    Socket socket = strategy.open(algorithm, first.keys(), scratch_bytes).value();
    expect_results(strategy, socket, algorithm, first, text);
    local_bh_disable();
    auto child = strategy.accept(socket, child_keys.keys());
    local_bh_enable();
    ASSERT_TRUE(child.has_value()) << name(child.error());
    ASSERT_EQ(strategy.rekey(socket, second.keys()), Errno::ok);
    expect_results(strategy, socket, algorithm, second, text);
    expect_results(strategy, *child, algorithm, child_keys, text);
    strategy.close(socket);
    expect_results(strategy, *child, algorithm, child_keys, text);
    strategy.close(*child);
  }

  RcuThread rcu_;
};
TYPED_TEST_SUITE(Contract, AllStrategies, StrategyName);

}  // namespace tfm::test
