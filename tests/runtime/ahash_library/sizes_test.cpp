// SPDX-License-Identifier: MIT
// The blocks of 7.x's API have the kernel's sizes on x86-64 (docs/state_sizes.md).
#include "tests/runtime/ahash_library/support.hpp"

namespace tfm::ahash_library::test {
namespace {

/// Bytes and blocks that a transform takes from the heap.
std::pair<std::uint64_t, std::uint64_t> of_transform(std::string_view name) {
  const Algorithm& a = behind_api(name);
  const auto socket = static_cast<std::size_t>(Owner::socket);
  const auto before = gfp_accounting()->ledger().by_owner[socket];
  Transform* transform = transform_alloc(a, Gfp::kernel, Owner::socket).value();
  const auto with = gfp_accounting()->ledger().by_owner[socket];
  std::vector<Bytes> blocks;
  transform->add_blocks(blocks);
  std::uint64_t named = 0;
  for (const Bytes block : blocks) named += block.size();
  transform_free(transform);
  const auto after = gfp_accounting()->ledger().by_owner[socket];
  EXPECT_EQ(after.bytes, before.bytes);
  EXPECT_EQ(after.blocks, before.blocks);
  EXPECT_EQ(with.bytes - before.bytes, Transform::bytes(a) + a.transform_inner_bytes);
  EXPECT_EQ(with.bytes - before.bytes, named) << "a block has no name";
  return {with.bytes - before.bytes, with.blocks - before.blocks};
}

using Made = std::pair<std::uint64_t, std::uint64_t>;

TEST(Sizes, OfTransforms) {
  // crypto_ahash 56; crypto_shash 32 with the library's key.
  EXPECT_EQ(of_transform("hmac(sha1)"), (Made{56 + 32 + 40, 2}));
  EXPECT_EQ(of_transform("hmac(sha256)"), (Made{56 + 32 + 64, 2}));
  EXPECT_EQ(of_transform("hmac(sha512)"), (Made{56 + 32 + 128, 2}));
  EXPECT_EQ(of_transform("cmac(aes128)"), (Made{56 + 32 + 288, 2}));
  EXPECT_EQ(of_transform("md5"), (Made{56 + 32, 2}));
}

TEST(Sizes, OfRequests) {
  // ahash_request 152, shash_desc 8, the library's context.
  EXPECT_EQ(Request::bytes(behind_api("hmac(sha1)")), 152U + 8 + 120);
  EXPECT_EQ(Request::bytes(behind_api("hmac(sha256)")), 152U + 8 + 136);
  EXPECT_EQ(Request::bytes(behind_api("hmac(sha512)")), 152U + 8 + 272);
  EXPECT_EQ(Request::bytes(behind_api("cmac(aes128)")), 152U + 8 + 32);
  EXPECT_EQ(Request::bytes(behind_api("md5")), 152U + 8 + 88);
}

// What the API itself says of a transform's requests is what the Algorithm says.
TEST(Sizes, OfRequestsFollowFromTheTransform) {
  for (const Algorithm* a : algorithms(Api::ahash_library)) {
    Transform* transform = transform_alloc(*a, Gfp::kernel, Owner::socket).value();
    const auto& tfm = *static_cast<const Ahash*>(transform->context());
    EXPECT_EQ(Request::bytes(*a), 152 + tfm.request_bytes) << a->name;
    transform_free(transform);
  }
}

// As the kernel's library: no header, no second block.
TEST(Sizes, OfTheLibraryAlone) {
  for (const Algorithm* a : algorithms(Api::library)) {
    const Algorithm& behind = behind_api(a->name);
    EXPECT_EQ(a->transform_inner_bytes, 0U);
    EXPECT_EQ(behind.transform_inner_bytes, sizeof(Shash) + a->transform_context_bytes) << a->name;
    EXPECT_EQ(Request::bytes(behind), 152 + 8 + a->request_context_bytes) << a->name;
  }
}

}  // namespace
}  // namespace tfm::ahash_library::test
