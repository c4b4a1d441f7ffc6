// SPDX-License-Identifier: MIT
// kmalloc's slabs, class by class. There is one CPU unless a test says otherwise: a slab of class
// 256 is then a page with 16 objects.
#include "runtime/zone/slabs.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace tfm {
namespace {

struct Memory {
  explicit Memory(unsigned cpus = 1)
      : memory(1024 * page_bytes),
        frames(1024),
        pages(frames, zone_watermarks(1024, 0), {}),
        slabs(memory.data(), frames.data(), pages, cpus,
              std::make_unique<Page*[]>(Slabs::kept_entries(cpus))) {}

  void* alloc(std::size_t bytes, unsigned cpu = 0, Gfp gfp = Gfp::atomic) {
    return slabs.alloc(kmalloc_class(bytes), cpu, gfp);
  }
  std::vector<void*> alloc_many(std::size_t bytes, int count) {
    std::vector<void*> objects(static_cast<std::size_t>(count));
    for (void*& object : objects) object = alloc(bytes);
    return objects;
  }
  Page* slab_of(void* object) {
    return frames[static_cast<std::size_t>(static_cast<std::byte*>(object) - memory.data()) /
                  page_bytes]
        .head;
  }
  bool free(void* object) { return slabs.free(slab_of(object), object); }
  std::uint32_t slab_pages() const { return pages.pages(PageUse::slab); }

  std::vector<std::byte> memory;
  std::vector<Page> frames;
  PageAllocator pages;
  Slabs slabs;
};

TEST(Slabs, EveryClassFillsItsSlabs) {
  const std::vector<std::uint32_t> objects{512, 256, 128, 64, 42, 32, 21, 16, 8, 8, 8, 8, 4};
  const std::vector<std::uint32_t> pages{1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 8, 8};
  for (std::size_t c = 0; c < kmalloc_sizes.size(); ++c) {
    SCOPED_TRACE(kmalloc_sizes[c]);
    Memory memory;
    std::byte* previous = nullptr;
    for (std::uint32_t i = 0; i < objects[c]; ++i) {
      auto* object = static_cast<std::byte*>(memory.alloc(kmalloc_sizes[c]));
      ASSERT_EQ(memory.slab_pages(), pages[c]);
      if (previous != nullptr) {
        ASSERT_EQ(object - previous, kmalloc_sizes[c]);
      }
      previous = object;
    }
    ASSERT_NE(memory.alloc(kmalloc_sizes[c]), nullptr);
    EXPECT_EQ(memory.slab_pages(), 2 * pages[c]);
  }
}

TEST(Slabs, TheKeptSlabStaysWhenEmpty) {
  Memory memory;
  void* first = memory.alloc(256);
  EXPECT_TRUE(memory.free(first));
  EXPECT_EQ(memory.slab_pages(), 1u);
  EXPECT_EQ(memory.alloc(256), first);  // the last freed comes first
}

TEST(Slabs, AKeptSlabServesWithoutPages) {
  Memory memory;
  void* held = memory.alloc(256);
  while (memory.pages.alloc(0, Gfp::atomic, PageUse::large) != nullptr) {
  }
  for (int i = 1; i < 16; ++i) EXPECT_NE(memory.alloc(256), nullptr);
  EXPECT_EQ(memory.alloc(256), nullptr);  // the slab is full, and pages are refused
  EXPECT_EQ(memory.alloc(128), nullptr);  // no slab of this class was kept
  EXPECT_TRUE(memory.free(held));
  EXPECT_EQ(memory.alloc(256), held);
}

TEST(Slabs, EachCpuKeepsItsOwn) {
  Memory memory(2);
  void* a = memory.alloc(256, 0);
  void* b = memory.alloc(256, 1);
  EXPECT_NE(memory.slab_of(a), memory.slab_of(b));
  EXPECT_TRUE(memory.free(a));  // it goes back to its slab on any CPU
  EXPECT_NE(memory.slab_of(memory.alloc(256, 1)), memory.slab_of(a));
  EXPECT_EQ(memory.alloc(256, 0), a);
}

/// Slabs 0 to 6 are full and CPU 0 keeps slab 7. When slabs 0 to 6 become empty, the first four
/// stay on the partial list. With each further slab the list has five, and that slab goes back.
TEST(Slabs, EmptySlabsGoBackBeyondMinPartial) {
  Memory memory;
  const std::vector<void*> objects = memory.alloc_many(256, 8 * 16);
  ASSERT_EQ(memory.slab_pages(), 8u);
  const std::vector<std::uint32_t> left{8, 8, 8, 8, 7, 6, 5, 5};
  for (std::size_t slab = 0; slab < 8; ++slab) {
    for (std::size_t i = 0; i < 16; ++i) ASSERT_TRUE(memory.free(objects[slab * 16 + i]));
    EXPECT_EQ(memory.slab_pages(), left[slab]) << slab;
  }
  memory.slabs.shrink();
  EXPECT_EQ(memory.slab_pages(), 0u);
  EXPECT_EQ(memory.pages.free_pages(), 1024u);
}

/// A full slab that gets room goes to the end of the partial list. The CPU takes from the front.
TEST(Slabs, PartialListIsFirstInFirstOut) {
  Memory memory;
  const std::vector<void*> objects = memory.alloc_many(256, 4 * 16);
  for (const std::size_t i : {35u, 5u, 20u, 6u}) ASSERT_TRUE(memory.free(objects[i]));
  EXPECT_EQ(memory.alloc(256), objects[35]);
  EXPECT_EQ(memory.alloc(256), objects[6]);  // of slab 0, the last freed first
  EXPECT_EQ(memory.alloc(256), objects[5]);
  EXPECT_EQ(memory.alloc(256), objects[20]);
  EXPECT_EQ(memory.slab_pages(), 4u);
  EXPECT_NE(memory.alloc(256), nullptr);
  EXPECT_EQ(memory.slab_pages(), 5u);
}

/// kmalloc-1k prefers two pages with 8 objects. If no two free pages are adjacent, it takes one
/// page with 4 objects.
TEST(Slabs, FallsBackToTheLeastOrder) {
  for (const Gfp gfp : {Gfp::atomic, Gfp::kernel}) {
    Memory memory;
    std::vector<Page*> taken;
    while (Page* page = memory.pages.alloc(0, Gfp::atomic, PageUse::large)) taken.push_back(page);
    for (std::size_t i = 0; i < taken.size(); i += 2) memory.pages.free(taken[i]);
    while (memory.pages.alloc(1, Gfp::atomic, PageUse::large) != nullptr) {
    }
    ASSERT_EQ(memory.pages.free_pages(), 500u);
    std::vector<void*> objects(4);
    for (void*& object : objects) object = memory.alloc(1024, 0, gfp);
    EXPECT_EQ(memory.slab_pages(), 1u);
    EXPECT_EQ(memory.slab_of(objects[0])->objects, 4);
    EXPECT_EQ(memory.slab_of(objects[3]), memory.slab_of(objects[0]));
    ASSERT_NE(memory.alloc(1024, 0, gfp), nullptr);
    EXPECT_EQ(memory.slab_pages(), 2u);
  }
}

/// The slow path does not reclaim for a large slab. kmalloc-4k prefers 8 pages, does not get them,
/// and then reclaims for one page.
TEST(Slabs, ReclaimsForTheLeastOrderOnly) {
  Memory memory;
  memory.pages.fill(100);
  while (memory.pages.free_pages() > 64) {
    ASSERT_NE(memory.pages.alloc(0, Gfp::atomic, PageUse::large), nullptr);
  }
  ASSERT_NE(memory.alloc(4096, 0, Gfp::kernel), nullptr);
  EXPECT_EQ(memory.slab_pages(), 1u);
  EXPECT_EQ(memory.pages.pages(PageUse::neighbour), 68u);
}

TEST(Slabs, ShrinkKeepsWhatIsInUse) {
  Memory memory(2);
  void* full = memory.alloc_many(4096, 8).back();
  void* kept = memory.alloc(256);
  memory.free(memory.alloc(64));
  EXPECT_EQ(memory.slab_pages(), 10u);
  memory.slabs.shrink();
  EXPECT_EQ(memory.slab_pages(), 9u);
  EXPECT_EQ(static_cast<std::byte*>(memory.alloc(256, 1)), static_cast<std::byte*>(kept) + 256);
  EXPECT_TRUE(memory.free(full));
  EXPECT_EQ(memory.alloc(4096), full);
}

TEST(Slabs, RefusesAllButLiveObjects) {
  Memory memory;
  auto* object = static_cast<std::byte*>(memory.alloc(192));
  Page* slab = memory.slab_of(object);
  EXPECT_FALSE(memory.slabs.free(slab, object + 8));     // inside
  EXPECT_FALSE(memory.slabs.free(slab, object + 4032));  // the rest of the slab, after 21 objects
  void* other = memory.alloc(192);
  EXPECT_TRUE(memory.slabs.free(slab, object));
  EXPECT_FALSE(memory.slabs.free(slab, object));  // twice
  EXPECT_TRUE(memory.slabs.free(slab, other));
  EXPECT_FALSE(memory.slabs.free(slab, object));  // none is live
}

}  // namespace
}  // namespace tfm
