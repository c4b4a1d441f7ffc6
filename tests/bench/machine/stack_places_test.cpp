// SPDX-License-Identifier: MIT
// The stack moves to every place in a page, and by nothing else.
#include "bench/machine/stack_places.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tfm::bench::test {
namespace {

std::uintptr_t place_in_page(StackPlaces& stack) {
  std::uintptr_t place = 0;
  stack.call([&] { place = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) % 4096; });
  return place;
}

TEST(StackPlaces, AllAreDrawn) {
  StackPlaces stack(1);
  std::set<std::uintptr_t> places;
  for (unsigned i = 0; i < 4096; ++i) places.insert(place_in_page(stack));
  EXPECT_EQ(places.size(), StackPlaces::places);
  for (const std::uintptr_t place : places) EXPECT_EQ(place % 16, *places.begin() % 16);
}

TEST(StackPlaces, FollowFromTheSeed) {
  StackPlaces one(7);
  StackPlaces same(7);
  StackPlaces other(8);
  unsigned equal = 0;
  for (unsigned i = 0; i < 64; ++i) {
    const std::uintptr_t place = place_in_page(one);
    EXPECT_EQ(place, place_in_page(same));
    equal += place == place_in_page(other) ? 1 : 0;
  }
  EXPECT_LT(equal, 8U);
}

}  // namespace
}  // namespace tfm::bench::test
