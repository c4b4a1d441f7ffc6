// SPDX-License-Identifier: MIT
// The choice of a socket: shares are within five standard deviations of the expected ones.
#include "workloads/traffic/choice.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>
#include <vector>

namespace tfm {
namespace {

std::vector<std::uint32_t> draws(const SocketChoice& choice, std::uint64_t seed, std::size_t n) {
  Rng rng(seed);
  std::vector<std::uint32_t> all(n);
  std::generate(all.begin(), all.end(), [&] { return choice.draw(rng); });
  return all;
}

/// How often each socket was drawn. Fails on a socket that does not exist.
std::vector<double> counts(const std::vector<std::uint32_t>& drawn, std::uint32_t sockets) {
  std::vector<double> count(sockets);
  for (const std::uint32_t socket : drawn) ++count.at(socket);
  return count;
}

double chi_square(const std::vector<double>& count, const std::vector<double>& expected) {
  double sum = 0;
  for (std::size_t i = 0; i < count.size(); ++i) {
    sum += (count[i] - expected[i]) * (count[i] - expected[i]) / expected[i];
  }
  return sum;
}

/// Mean plus five standard deviations of chi-square (k - 1 degrees of freedom).
double bound(std::size_t cells) {
  const double freedom = static_cast<double>(cells) - 1;
  return freedom + 5 * std::sqrt(2 * freedom);
}

TEST(SocketChoice, UniformGivesEverySocketItsShare) {
  for (const std::uint32_t sockets : {2U, 7U, 64U, 1000U}) {
    const std::size_t n = std::size_t{1000} * sockets;
    const auto count = counts(draws(SocketChoice::uniform(sockets), 1, n), sockets);
    EXPECT_LT(chi_square(count, std::vector<double>(sockets, 1000)), bound(sockets)) << sockets;
  }
}

// Ranks are scattered over the sockets, so counts are sorted and compared with 1/k in descending
// order. Sorting brings counts nearer to the expected ones, so the bound still holds.
TEST(SocketChoice, ZipfGivesRankKOneKth) {
  constexpr std::uint32_t sockets = 100;
  constexpr std::size_t n = 1'000'000;
  Rng rng(3);
  auto count = counts(draws(SocketChoice::zipf(sockets, rng), 4, n), sockets);
  std::sort(count.begin(), count.end(), std::greater<>());
  double harmonic = 0;
  for (std::uint32_t k = 1; k <= sockets; ++k) harmonic += 1.0 / k;
  std::vector<double> expected(sockets);
  for (std::uint32_t k = 1; k <= sockets; ++k) expected[k - 1] = n / harmonic / k;
  EXPECT_LT(chi_square(count, expected), bound(sockets));
  for (std::size_t rank = 0; rank < 5; ++rank) {
    EXPECT_NEAR(count[rank], expected[rank], 5 * std::sqrt(expected[rank])) << rank;
  }
}

TEST(SocketChoice, ZipfScattersRanksOverTheSockets) {
  constexpr std::uint32_t sockets = 50;
  std::set<std::uint32_t> busiest;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Rng rng(seed);
    const auto count = counts(draws(SocketChoice::zipf(sockets, rng), seed, 2000), sockets);
    busiest.insert(
        static_cast<std::uint32_t>(std::max_element(count.begin(), count.end()) - count.begin()));
  }
  EXPECT_GT(busiest.size(), 15U);  // of 50, drawn 40 times: 28 are expected
}

TEST(SocketChoice, EveryDrawIsASocketThatExists) {
  for (const std::uint32_t sockets : {1U, 2U, 3U}) {
    Rng rng(sockets);
    const SocketChoice zipf = SocketChoice::zipf(sockets, rng);
    for (const SocketChoice& choice : {SocketChoice::uniform(sockets), zipf}) {
      const auto count = counts(draws(choice, 9, 3000), sockets);
      EXPECT_GT(*std::min_element(count.begin(), count.end()), 0) << "a socket is never drawn";
    }
  }
}

TEST(SocketChoice, TheSeedDecides) {
  Rng rng_a(5), rng_b(5), rng_c(6);
  const SocketChoice a = SocketChoice::zipf(1000, rng_a);
  const SocketChoice b = SocketChoice::zipf(1000, rng_b);
  const SocketChoice c = SocketChoice::zipf(1000, rng_c);
  EXPECT_EQ(draws(a, 1, 1000), draws(b, 1, 1000));
  EXPECT_NE(draws(a, 1, 1000), draws(a, 2, 1000));
  EXPECT_NE(draws(a, 1, 1000), draws(c, 1, 1000)) << "other sockets are busy";
}

}  // namespace
}  // namespace tfm
