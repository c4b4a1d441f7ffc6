// SPDX-License-Identifier: MIT
// The blocks of the API have the kernel's sizes on x86-64, but for nettle's hash states, which are
// 8 bytes longer.
#include "tests/runtime/ahash/support.hpp"

namespace tfm::ahash::test {
namespace {

/// Bytes and blocks of a transform with all that it wraps.
std::pair<std::uint64_t, std::uint64_t> of_transform(const Algorithm& a) {
  const auto socket = static_cast<std::size_t>(Owner::socket);
  const auto before = gfp_accounting()->ledger().by_owner[socket];
  Transform* transform = transform_alloc(a, Gfp::kernel, Owner::socket).value();
  const auto with = gfp_accounting()->ledger().by_owner[socket];
  transform_free(transform);
  const auto after = gfp_accounting()->ledger().by_owner[socket];
  EXPECT_EQ(after.bytes, before.bytes);
  EXPECT_EQ(after.blocks, before.blocks);
  EXPECT_EQ(with.bytes - before.bytes, Transform::bytes(a) + a.transform_inner_bytes);
  return {with.bytes - before.bytes, with.blocks - before.blocks};
}

using Made = std::pair<std::uint64_t, std::uint64_t>;

TEST(Sizes, OfTransforms) {
  // crypto_ahash 56; crypto_shash 40 with hmac_ctx 8 and two states; the hash's crypto_shash 40.
  EXPECT_EQ(of_transform(behind_api("hmac(sha1)")), (Made{56 + 48 + 2 * (96 + 8) + 40, 3}));
  EXPECT_EQ(of_transform(behind_api("hmac(sha256)")), (Made{56 + 48 + 2 * (104 + 8) + 40, 3}));
  EXPECT_EQ(of_transform(behind_api("hmac(sha512)")), (Made{56 + 48 + 2 * (208 + 8) + 40, 3}));
  // crypto_shash 40 with cmac_tfm_ctx 8 and two subkeys; crypto_tfm 32 with crypto_aes_ctx 484.
  EXPECT_EQ(of_transform(behind_api("cmac(aes128)")), (Made{56 + 40 + 8 + 32 + 32 + 484 + 8, 3}));
  EXPECT_EQ(of_transform(behind_api("md5")), (Made{56 + 40, 2}));
}

TEST(Sizes, OfRequests) {
  // ahash_request 80, shash_desc 8; hmac's has another shash_desc and the hash's state.
  EXPECT_EQ(Request::bytes(behind_api("hmac(sha1)")), 80U + 8 + 8 + 96 + 8);
  EXPECT_EQ(Request::bytes(behind_api("cmac(aes128)")), 80U + 8 + 36);
  EXPECT_EQ(Request::bytes(behind_api("md5")), 80U + 8 + 88 + 8);
}

// What the API itself says of a transform's requests is what the Algorithm says.
TEST(Sizes, OfRequestsFollowFromTheTransform) {
  for (const Algorithm* a : algorithms(Api::ahash)) {
    Transform* transform = transform_alloc(*a, Gfp::kernel, Owner::socket).value();
    const auto& tfm = *static_cast<const Ahash*>(transform->context());
    EXPECT_EQ(Request::bytes(*a), 80 + tfm.request_bytes) << a->name;
    transform_free(transform);
  }
}

}  // namespace
}  // namespace tfm::ahash::test
