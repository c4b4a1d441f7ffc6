// SPDX-License-Identifier: MIT
#include "runtime/zone/kmalloc.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tfm {
namespace {

std::size_t rounded(std::size_t bytes) { return kmalloc_sizes[kmalloc_class(bytes)]; }

TEST(Kmalloc, ClassIsTheSmallestThatHolds) {
  EXPECT_EQ(rounded(0), 8u);
  EXPECT_EQ(rounded(8), 8u);
  EXPECT_EQ(rounded(9), 16u);
  EXPECT_EQ(rounded(64), 64u);
  EXPECT_EQ(rounded(65), 96u);
  EXPECT_EQ(rounded(96), 96u);
  EXPECT_EQ(rounded(97), 128u);
  EXPECT_EQ(rounded(129), 192u);
  EXPECT_EQ(rounded(193), 256u);
  EXPECT_EQ(rounded(257), 512u);
  EXPECT_EQ(rounded(4097), 8192u);
  EXPECT_EQ(rounded(8192), 8192u);
}

TEST(Kmalloc, PageOrder) {
  EXPECT_EQ(page_order(1), 0u);
  EXPECT_EQ(page_order(4096), 0u);
  EXPECT_EQ(page_order(4097), 1u);
  EXPECT_EQ(page_order(8192), 1u);
  EXPECT_EQ(page_order(65400), 4u);
  EXPECT_EQ(page_order(zone_max_bytes), 10u);
}

/// The order of each class as in /proc/slabinfo (pages per slab) on machines with 1 and 8 CPUs,
/// which want room for 8 and 20 objects.
TEST(Kmalloc, SlabOrders) {
  const std::vector<unsigned> one_cpu{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 3};
  const std::vector<unsigned> eight_cpus{0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 3, 3, 3};
  for (std::size_t i = 0; i < kmalloc_sizes.size(); ++i) {
    EXPECT_EQ(slab_order(kmalloc_sizes[i], 1), one_cpu[i]) << kmalloc_sizes[i];
    EXPECT_EQ(slab_order(kmalloc_sizes[i], 8), eight_cpus[i]) << kmalloc_sizes[i];
  }
  // 512 CPUs want room for 44: 192 bytes need 8448, and order 2 wastes 64 of 16384.
  EXPECT_EQ(slab_order(192, 512), 2u);
  // 700 bytes for 8: order 1 wastes 492 of 8192, less than a 16th; for 12, order 2 wastes 284.
  EXPECT_EQ(slab_order(700, 1), 1u);
  EXPECT_EQ(slab_order(700, 2), 2u);
  // 1500 bytes for 8: order 2 wastes 1384 of 16384, more than a 16th; order 3 wastes 1268 of 32768.
  EXPECT_EQ(slab_order(1500, 1), 3u);
  // 3000 bytes: order 3 holds 10 and wastes 2768 of 32768, more than a 16th and less than an 8th.
  // Order 2 does not hold 8.
  EXPECT_EQ(slab_order(3000, 1), 3u);
}

TEST(Kmalloc, MinPartial) {
  EXPECT_EQ(slab_min_partial(8), 5u);     // 3 / 2, at least 5
  EXPECT_EQ(slab_min_partial(2048), 5u);  // 11 / 2
  EXPECT_EQ(slab_min_partial(4096), 6u);
  EXPECT_EQ(slab_min_partial(8192), 6u);
}

}  // namespace
}  // namespace tfm
