// SPDX-License-Identifier: MIT
// Runs of a flow: their lengths are geometric with the given mean, in each direction.
#include "workloads/traffic/flow_runs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "workloads/traffic/trace.hpp"

namespace tfm {
namespace {

constexpr std::uint32_t many_sockets = 1 << 24;  // two runs of one socket in a row are rare

std::vector<std::uint32_t> draws(const SocketChoice& choice, std::uint32_t mean, std::size_t n,
                                 std::uint64_t seed = 1) {
  Rng rng(seed);
  FlowRuns runs(choice, mean);
  std::vector<std::uint32_t> drawn(n);
  for (std::uint32_t& socket : drawn) socket = runs.next(Direction::rx, rng);
  return drawn;
}

/// The lengths of all runs but the last, which may be cut.
std::vector<std::size_t> lengths(const std::vector<std::uint32_t>& drawn) {
  std::vector<std::size_t> all;
  std::size_t begin = 0;
  for (std::size_t i = 1; i < drawn.size(); ++i) {
    if (drawn[i] == drawn[i - 1]) continue;
    all.push_back(i - begin);
    begin = i;
  }
  return all;
}

TEST(FlowRuns, WithoutRunsTheChoiceAloneIsDrawn) {
  Rng zipf_rng(3);
  for (const SocketChoice& choice :
       {SocketChoice::uniform(50), SocketChoice::zipf(50, zipf_rng), SocketChoice::uniform(1)}) {
    Rng rng(1);
    for (const std::uint32_t socket : draws(choice, 1, 1000)) {
      ASSERT_EQ(socket, choice.draw(rng));
    }
  }
}

TEST(FlowRuns, LengthsAreGeometricWithTheMean) {
  const SocketChoice choice = SocketChoice::uniform(many_sockets);
  for (const std::uint32_t mean : {2U, 8U, 32U, 64U}) {
    const double m = mean;
    const auto all = lengths(draws(choice, mean, std::size_t{20'000} * mean));
    const auto n = static_cast<double>(all.size());
    double sum = 0;
    for (const std::size_t length : all) sum += static_cast<double>(length);
    EXPECT_NEAR(sum / n, m, 5 * std::sqrt(m * (m - 1) / n)) << mean;
    for (const double k : {1.0, 2.0, m / 2, m, 2 * m, 5 * m}) {
      const double longer = std::pow(1 - 1 / m, std::floor(k));  // the share of runs above k
      const auto found = std::count_if(all.begin(), all.end(), [&](std::size_t length) {
        return static_cast<double>(length) > std::floor(k);
      });
      EXPECT_NEAR(static_cast<double>(found) / n, longer, 5 * std::sqrt(longer * (1 - longer) / n))
          << mean << ", above " << k;
    }
  }
}

// A run's socket is drawn by the choice, so a socket has the same share of the packets as without
// runs. Packets of a run are not independent: the variance is 2 * mean - 1 times as large.
TEST(FlowRuns, ZipfKeepsItsShares) {
  constexpr std::uint32_t sockets = 100;
  constexpr std::uint32_t mean = 8;
  constexpr std::size_t n = 1'000'000;
  Rng rng(3);
  const SocketChoice choice = SocketChoice::zipf(sockets, rng);
  const auto counts = [&](std::uint32_t length) {
    std::vector<double> count(sockets);
    for (const std::uint32_t socket : draws(choice, length, n, length)) ++count.at(socket);
    return count;
  };
  const auto without = counts(1), with = counts(mean);
  for (std::uint32_t i = 0; i < sockets; ++i) {
    const double sd = std::sqrt(without[i] * (1 - without[i] / n) * 2 * mean);
    EXPECT_NEAR(with[i], without[i], 5 * sd) << i;
  }
}

// Two runs of one socket in a row look like one. With Zipf's busy sockets that is not rare.
TEST(FlowRuns, ZipfMakesVisibleRunsLongerByAKnownFactor) {
  constexpr std::uint32_t sockets = 100;
  constexpr double mean = 8;
  Rng rng(3);
  const auto all = lengths(draws(SocketChoice::zipf(sockets, rng), 8, 1'000'000));
  double harmonic = 0, same = 0;
  for (std::uint32_t k = 1; k <= sockets; ++k) harmonic += 1.0 / k;
  for (std::uint32_t k = 1; k <= sockets; ++k) same += 1 / (harmonic * k * harmonic * k);
  const double expected = mean / (1 - same);
  EXPECT_NEAR(1e6 / static_cast<double>(all.size()), expected, expected * 0.02);
}

// The polls of the two directions take turns. A run goes on in the next poll of its direction.
TEST(FlowRuns, EachDirectionHasItsOwnAndTheyGoOnInTheNextPoll) {
  constexpr std::uint32_t mean = 8;
  constexpr std::size_t polls = 20'000;
  const SocketChoice choice = SocketChoice::uniform(many_sockets);
  Rng rng(1);
  FlowRuns runs(choice, mean);
  std::vector<std::uint32_t> drawn(polls * poll_packets);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    drawn[i] = runs.next(Trace::direction_of(i), rng);
  }
  std::size_t across = 0, other_direction = 0;
  for (std::size_t poll = 2; poll < polls; ++poll) {
    const std::uint32_t first = drawn[poll * poll_packets];
    across += first == drawn[(poll - 1) * poll_packets - 1];
    other_direction += first == drawn[poll * poll_packets - 1];
  }
  const double goes_on = 1 - 1.0 / mean;
  EXPECT_NEAR(static_cast<double>(across) / polls, goes_on,
              5 * std::sqrt(goes_on * (1 - goes_on) / polls));
  EXPECT_LT(other_direction, 5U);
}

TEST(FlowRuns, TheSeedDecides) {
  const SocketChoice choice = SocketChoice::uniform(1000);
  EXPECT_EQ(draws(choice, 8, 1000, 1), draws(choice, 8, 1000, 1));
  EXPECT_NE(draws(choice, 8, 1000, 1), draws(choice, 8, 1000, 2));
}

}  // namespace
}  // namespace tfm
