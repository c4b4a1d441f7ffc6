// SPDX-License-Identifier: MIT
// What crypto_pool's tests share: a pool, algorithms that count their transforms and requests and
// can fail on demand, and a ledger that must return to its old values.
#pragma once

#include <deque>

#include "strategies/crypto_pool.hpp"
#include "tests/strategies/support.hpp"

namespace tfm::test {

inline constexpr unsigned possible_cpus = 4;
inline constexpr unsigned bad_ids[] = {PostedPool::capacity, PostedPool::capacity + 1, 1U << 20,
                                       ~0U};

/// Live transforms and requests of the algorithms below, and which one fails.
inline int transforms, requests;
inline int transform_to_fail, request_to_fail;  // counted down; the one that reaches 0 fails

inline Errno counted_transform_init(void*, Gfp, Owner) noexcept {
  if (--transform_to_fail == 0) return Errno::eproto;
  ++transforms;
  return Errno::ok;
}
inline void counted_transform_exit(void*) noexcept { --transforms; }
inline Errno counted_request_init(void*, Gfp, Owner) noexcept {
  if (--request_to_fail == 0) return Errno::eproto;
  ++requests;
  return Errno::ok;
}
inline void counted_request_exit(void*) noexcept { --requests; }

class CryptoPoolTest : public ::testing::Test {
 protected:
  void SetUp() override {
    transforms = requests = transform_to_fail = request_to_fail = 0;
    ASSERT_NE(sha1_, nullptr);
    ASSERT_NE(md5_, nullptr);
    pool_ = PostedPool::create(possible_cpus).value();
    empty_ = Live::now();
  }
  void TearDown() override {
    pool_.reset();
    EXPECT_EQ(Live::now(), before_);
  }

  /// The algorithm under another name.
  const Algorithm& alias(const Algorithm& algorithm) {
    Algorithm& a = aliases_.emplace_back(algorithm);
    a.name = names_.emplace_back("alias-" + std::to_string(names_.size()));
    return a;
  }

  /// A copy that counts its transforms and requests and can fail on demand.
  const Algorithm& counted(const Algorithm& algorithm) {
    Algorithm& a = aliases_.emplace_back(algorithm);
    a.transform_init = counted_transform_init;
    a.transform_exit = counted_transform_exit;
    a.request_init = counted_request_init;
    a.request_exit = counted_request_exit;
    return a;
  }

  unsigned alloc(const Algorithm& algorithm, std::size_t scratch_bytes = 0) {
    return pool_->alloc(algorithm, scratch_bytes).value();
  }
  Errno alloc_error(const Algorithm& algorithm, std::size_t scratch_bytes = 0) {
    const auto id = pool_->alloc(algorithm, scratch_bytes);
    return id ? Errno::ok : id.error();
  }
  /// Drops the last reference and waits until the entry's memory is freed.
  void release_and_flush(unsigned id) {
    EXPECT_EQ(pool_->release(id), Errno::ok);
    pool_->flush();
  }
  bool starts(unsigned id, unsigned cpu = 0) {
    PostedPool::Section section{};
    if (failed(pool_->start(id, cpu, section))) return false;
    PostedPool::end();
    return true;
  }
  std::uint8_t* scratch(unsigned id, unsigned cpu) {
    PostedPool::Section section{};
    EXPECT_EQ(pool_->start(id, cpu, section), Errno::ok);
    PostedPool::end();
    return section.scratch;
  }
  std::uint64_t scratch_live() { return Live::now().bytes(Owner::scratch); }

  const RcuThread rcu_;
  const Algorithm* const sha1_ = find_algorithm("hmac(sha1)", "nettle");
  const Algorithm* const md5_ = find_algorithm("md5", "nettle");
  const Live before_ = Live::now();
  std::unique_ptr<PostedPool> pool_;
  Live empty_;  // the pool with nothing in it
  std::deque<std::string> names_;
  std::deque<Algorithm> aliases_;  // the pool refers to them
};

}  // namespace tfm::test
