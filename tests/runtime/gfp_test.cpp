// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "runtime/accounting.hpp"

namespace tfm {
namespace {

TEST(Gfp, LedgerFollowsOwnerAndPeak) {
  Accounting& accounting = *gfp_accounting();
  accounting.mark_peak();
  const Ledger before = accounting.ledger();
  void* a = gfp_alloc(100, Gfp::kernel, Owner::socket);
  void* b = gfp_alloc(28, Gfp::atomic, Owner::request);
  const Ledger during = accounting.ledger();
  gfp_free(b);
  gfp_free(a);
  const Ledger after = accounting.ledger();
  const auto socket = static_cast<std::size_t>(Owner::socket);
  EXPECT_EQ(during.total.bytes - before.total.bytes, 128u);
  EXPECT_EQ(during.total.blocks - before.total.blocks, 2u);
  EXPECT_EQ(during.by_owner[socket].bytes - before.by_owner[socket].bytes, 100u);
  EXPECT_EQ(after.total.bytes, before.total.bytes);
  EXPECT_EQ(accounting.peak().total.bytes - before.total.bytes, 128u);
}

}  // namespace
}  // namespace tfm
