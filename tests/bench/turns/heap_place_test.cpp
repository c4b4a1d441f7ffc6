// SPDX-License-Identifier: MIT
// A drawn place moves what is allocated next, and leaves nothing behind.
#include "bench/turns/heap_place.hpp"

#include <set>

#include "runtime/gfp.hpp"
#include "runtime/sanitized.hpp"
#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

/// Where a request of per_socket_tfm with hmac(sha1) lies within a page, if it is allocated now.
std::uintptr_t place_in_page() {
  void* const block = gfp_alloc(180, Gfp::atomic, Owner::request);
  const auto place = reinterpret_cast<std::uintptr_t>(block) % 4096;
  gfp_free(block);
  return place;
}

TEST(HeapPlace, IsFixedIfNoneIsDrawn) {
  if (sanitized) GTEST_SKIP() << "a sanitizer's allocator gives a new place each time";
  std::set<std::uintptr_t> places;
  for (unsigned i = 0; i < 64; ++i) places.insert(place_in_page());
  EXPECT_EQ(places.size(), 1U);
}

TEST(HeapPlace, MovesWithEachDrawThatIsKept) {
  Rng rng(1);
  HeapPlace place;
  std::set<std::uintptr_t> places;
  for (unsigned i = 0; i < 64; ++i) {
    place.draw(rng);
    places.insert(place_in_page());
  }
  EXPECT_GT(places.size(), sanitized ? 4U : 32U);  // of 256; a sanitizer's slots are larger
}

TEST(HeapPlace, MovesWithEachDrawThatIsFreed) {
  Rng rng(1);
  std::set<std::uintptr_t> places;
  for (unsigned i = 0; i < 64; ++i) {
    HeapPlace place;
    place.draw(rng);
    places.insert(place_in_page());
  }
  EXPECT_GT(places.size(), 4U);
}

TEST(HeapPlace, FreesAllOnce) {
  const auto ledger = [] { return gfp_accounting()->ledger(); };
  const Ledger before = ledger();
  {
    Rng rng(1);
    HeapPlace place;
    place.draw(rng);
    const Account taken = (ledger() - before).total;
    EXPECT_GT(taken.blocks, 32U);
    EXPECT_LT(taken.blocks, 224U);
    place.draw(rng);
    EXPECT_GT((ledger() - before).total.blocks, taken.blocks + 32);
    HeapPlace moved = std::move(place);
    moved.free();
    EXPECT_EQ(ledger(), before);
    moved.draw(rng);
  }
  EXPECT_EQ(ledger(), before);
}

}  // namespace
}  // namespace tfm::bench::test
