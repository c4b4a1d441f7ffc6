// SPDX-License-Identifier: MIT
// The stack moves to every place in a page, and by nothing else.
#include "bench/machine/stack_places.hpp"

#include <gtest/gtest.h>

#include <set>

#include "runtime/sanitized.hpp"

namespace tfm::bench::test {
namespace {

/// Not inlined, as the virtual call of timed code is not: its frame lies below the hole.
[[gnu::noinline]] std::uintptr_t frame_in_page() {
  return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) % 4096;
}

std::uintptr_t place_in_page(StackPlaces& stack) {
  std::uintptr_t place = 0;
  stack.call([&] { place = frame_in_page(); });
  return place;
}

TEST(StackPlaces, AllAreDrawn) {
  StackPlaces stack(1);
  std::set<std::uintptr_t> places;
  for (unsigned i = 0; i < 4096; ++i) places.insert(place_in_page(stack));
  // AddressSanitizer aligns alloca() to 32 bytes.
  EXPECT_EQ(places.size(), sanitized ? StackPlaces::places / 2 : StackPlaces::places);
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
