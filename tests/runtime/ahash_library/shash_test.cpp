// SPDX-License-Identifier: MIT
// 7.x's shash layer: keys that are missing or refused, states that are zeroed, counts of users.
#include <algorithm>

#include "tests/runtime/ahash_library/support.hpp"

namespace tfm::ahash_library::test {
namespace {

TEST(Shash, ARefusedKeyLeavesBothTransformsWithout) {
  Transform* const transform =
      transform_alloc_keyed(behind_api("cmac(aes128)"), pattern(16), Gfp::kernel, Owner::shared)
          .value();
  const auto& tfm = *static_cast<Ahash*>(transform->context());
  EXPECT_EQ(tfm.base.flags & need_key, 0U);
  EXPECT_EQ(transform_setkey(*transform, pattern(15), Gfp::atomic), Errno::ekeyrejected);
  EXPECT_EQ(tfm.base.flags & need_key, need_key);
  EXPECT_EQ(tfm.shash->base.flags & need_key, need_key);
  EXPECT_EQ(transform_setkey(*transform, pattern(16), Gfp::atomic), Errno::ok);
  EXPECT_EQ(tfm.base.flags & need_key, 0U);
  EXPECT_EQ(tfm.shash->base.flags & need_key, 0U);
  transform_free(transform);
}

bool is_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

// The library's finals zero it too; this algorithm leaves it.
TEST(Shash, TheStateOfAnAlgorithmThatLeavesItIsZeroed) {
  ShashAlg alg{.descriptor_bytes = 24,
               .init = [](ShashDesc&) noexcept { return Errno::ok; },
               .update =
                   [](ShashDesc& desc, const std::uint8_t*, std::uint32_t) noexcept {
                     std::fill_n(static_cast<std::uint8_t*>(desc.context()), 24, std::uint8_t{7});
                     return Errno::ok;
                   },
               .final = [](ShashDesc&, std::uint8_t*) noexcept { return Errno::eproto; }};
  Shash* tfm = nullptr;
  alg.base.users = 2;
  ASSERT_EQ(shash_create(tfm, alg, Gfp::kernel, Owner::shared), Errno::ok);
  alignas(8) std::uint8_t memory[sizeof(ShashDesc) + 32] = {};
  std::fill_n(memory + sizeof(ShashDesc), 32, std::uint8_t{9});
  auto& desc = *::new (memory) ShashDesc{tfm};
  std::uint8_t out[4];
  EXPECT_EQ(shash_update(desc, memory, 1), Errno::ok);
  EXPECT_EQ(memory[8], 7);
  EXPECT_EQ(shash_final(desc, out), Errno::eproto) << "the algorithm's own";
  EXPECT_TRUE(is_zero(Bytes(memory).subspan(8, 24)));
  EXPECT_EQ(memory[8 + 24], 9) << "beyond the state";
  shash_free(*tfm);
}

TEST(Shash, TransformsCountUsersOfAlgorithmAndModule) {
  ShashAlg* const algs[] = {&hmac_sha1, &hmac_sha256, &hmac_sha512, &cmac_aes128, &md5};
  const std::string_view names[] = {"hmac(sha1)", "hmac(sha256)", "hmac(sha512)", "cmac(aes128)",
                                    "md5"};
  for (std::size_t i = 0; i < std::size(algs); ++i) {
    const Alg& alg = algs[i]->base;
    const auto users = alg.users.load();
    const auto of_module = alg.module->users.load();
    Transform* const transform =
        transform_alloc(behind_api(names[i]), Gfp::kernel, Owner::shared).value();
    EXPECT_EQ(alg.users.load(), users + 2) << names[i];
    EXPECT_EQ(alg.module->users.load(), of_module + 2) << names[i];
    transform_free(transform);
    EXPECT_EQ(alg.users.load(), users) << names[i];
    EXPECT_EQ(alg.module->users.load(), of_module) << names[i];
    gfp_accounting()->set_faults({.kth = 2, .also_kernel = true});
    const auto refused = transform_alloc(behind_api(names[i]), Gfp::kernel, Owner::shared);
    gfp_accounting()->clear_faults();
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error(), Errno::enomem);
    EXPECT_EQ(alg.users.load(), users) << names[i];
    EXPECT_EQ(alg.module->users.load(), of_module) << names[i];
  }
}

TEST(Shash, OfAModuleThatIsLeavingAreRefused) {
  const auto users = md5.base.users.load();
  md5.base.module->live = false;
  const auto refused = transform_alloc(behind_api("md5"), Gfp::kernel, Owner::shared);
  md5.base.module->live = true;
  EXPECT_FALSE(refused.has_value());
  EXPECT_EQ(md5.base.users.load(), users);
}

}  // namespace
}  // namespace tfm::ahash_library::test
