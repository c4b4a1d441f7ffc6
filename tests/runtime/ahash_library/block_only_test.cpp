// SPDX-License-Identifier: MIT
// What the API of 7.x keeps for algorithms that are handed whole blocks alone.
#include <algorithm>
#include <cstring>
#include <string>

#include "tests/runtime/ahash_library/support.hpp"

namespace tfm::ahash_library::test {
namespace {

using ahash::sg_init_one;
namespace alg_flag = ahash::alg_flag;

constexpr std::uint32_t block = 16;

/// What such an algorithm was handed: its updates, and what its finup was.
struct Handed {
  std::vector<std::uint32_t> updates;
  std::vector<std::uint8_t> bytes;
  std::uint32_t last = 0;
};
Handed handed;

void take(const std::uint8_t* data, std::uint32_t bytes) {
  handed.bytes.insert(handed.bytes.end(), data, data + bytes);
}

/// Bytes that stay in front of the API's: an algorithm's own state.
constexpr std::uint32_t own_bytes = 8;
constexpr std::uint32_t state_bytes = own_bytes + block + 1;

Errno init(ShashDesc&) noexcept {
  handed = {};
  return Errno::ok;
}
Errno update(ShashDesc&, const std::uint8_t* data, std::uint32_t bytes) noexcept {
  EXPECT_GE(bytes, block);
  handed.updates.push_back(bytes);
  take(data, bytes / block * block);
  return leaves(bytes % block);
}
Errno finup(ShashDesc&, const std::uint8_t* data, std::uint32_t bytes, std::uint8_t*) noexcept {
  handed.last = bytes;
  take(data, bytes);
  return Errno::ok;
}

ShashAlg block_only_alg(std::uint32_t more_flags) {
  return {.base = {.users = 2, .block_bytes = block, .flags = alg_flag::block_only | more_flags},
          .descriptor_bytes = state_bytes,
          .init = init,
          .update = update,
          .finup = finup};
}

/// A descriptor on an algorithm that only notes.
class Desc {
 public:
  explicit Desc(std::uint32_t more_flags) : alg_(block_only_alg(more_flags)) {
    EXPECT_EQ(shash_create(tfm_, alg_, Gfp::kernel, Owner::shared), Errno::ok);
    std::fill_n(memory_, sizeof memory_, std::uint8_t{9});
    desc_ = ::new (memory_) ShashDesc{tfm_};
    EXPECT_EQ(shash_init(*desc_), Errno::ok);
  }
  ~Desc() {
    EXPECT_EQ(memory_[sizeof memory_ - 1], 9) << "beyond the state";
    shash_free(*tfm_);
  }
  Desc(const Desc&) = delete;
  Desc& operator=(const Desc&) = delete;
  ShashDesc& operator*() { return *desc_; }
  ShashAlg& alg() { return alg_; }

 private:
  ShashAlg alg_;
  Shash* tfm_ = nullptr;
  alignas(8) std::uint8_t memory_[sizeof(ShashDesc) + state_bytes + 1];
  ShashDesc* desc_ = nullptr;
};

// Pieces of every length, in every kind: all bytes arrive once and in order, and finup has what the
// kind asks for.
TEST(BlockOnly, AnShashIsHandedWholeBlocks) {
  std::uint8_t out[block];
  for (const std::uint32_t flags : {std::uint32_t{0}, alg_flag::finup_max, alg_flag::final_nonzero,
                                    alg_flag::finup_max | alg_flag::final_nonzero}) {
    Desc desc(flags);
    for (std::uint32_t first = 0; first <= 3 * block; ++first) {
      for (std::uint32_t second = 0; second <= 3 * block; ++second) {
        const auto text = pattern(first + second + 5);
        ASSERT_EQ(shash_init(*desc), Errno::ok);
        ASSERT_EQ(shash_update(*desc, text.data(), first), Errno::ok);
        ASSERT_EQ(shash_update(*desc, text.data() + first, second), Errno::ok);
        ASSERT_EQ(shash_finup(*desc, text.data() + first + second, 5, out), Errno::ok);
        ASSERT_EQ(handed.bytes, text) << first << ' ' << second;
        const std::uint32_t most = (flags & alg_flag::final_nonzero) != 0 ? block : block - 1;
        if ((flags & alg_flag::finup_max) == 0) {
          ASSERT_LE(handed.last, most) << first << ' ' << second;
        }
        if ((flags & alg_flag::final_nonzero) != 0) {
          ASSERT_GE(handed.last, 1U);
        }
      }
    }
  }
}

TEST(BlockOnly, FinupOfSeveralBlocksIsOneStepIfNothingWaits) {
  std::uint8_t out[block];
  const auto text = pattern(3 * block + 1);
  Desc desc(alg_flag::finup_max);
  ASSERT_EQ(shash_finup(*desc, text.data(), 3 * block + 1, out), Errno::ok);
  EXPECT_EQ(handed.last, 3 * block + 1);
  ASSERT_EQ(shash_init(*desc), Errno::ok);
  ASSERT_EQ(shash_update(*desc, text.data(), 3), Errno::ok);
  ASSERT_EQ(shash_finup(*desc, text.data() + 3, 3 * block - 2, out), Errno::ok);
  EXPECT_EQ(handed.updates, (std::vector<std::uint32_t>{block, 2 * block + 1}))
      << "3 that wait and 13, then 2 blocks, of which it leaves a byte";
  EXPECT_EQ(handed.last, 1U);
}

TEST(BlockOnly, AnErrorOfAnUpdateEndsIt) {
  Desc desc(0);
  desc.alg().update = [](ShashDesc&, const std::uint8_t*, std::uint32_t) noexcept {
    return Errno::eproto;
  };
  const auto text = pattern(block);
  std::uint8_t out[block];
  EXPECT_EQ(shash_update(*desc, text.data(), block), Errno::eproto);
  EXPECT_EQ(shash_finup(*desc, text.data(), block, out), Errno::eproto);
}

TEST(BlockOnly, AnEndZeroesWhatWaited) {
  Desc desc(0);
  const auto text = pattern(5);
  std::uint8_t out[block];
  ASSERT_EQ(shash_update(*desc, text.data(), 5), Errno::ok);
  ASSERT_EQ(shash_final(*desc, out), Errno::ok);
  const auto* const state = static_cast<const std::uint8_t*>((*desc).context());
  EXPECT_TRUE(std::all_of(state, state + state_bytes, [](std::uint8_t byte) { return byte == 0; }));
}

}  // namespace
}  // namespace tfm::ahash_library::test
