// SPDX-License-Identifier: MIT
// Clones and the counts of users: of algorithms, of their modules, of keyless transforms.
#include "tests/runtime/ahash/support.hpp"

namespace tfm::ahash::test {
namespace {

struct Counts {
  std::uint32_t alg;
  int module;
  bool operator==(const Counts&) const = default;
};
Counts counts(const Alg& alg) {
  return {alg.users.load(), alg.module == nullptr ? 0 : alg.module->users.load()};
}
Counts plus(Counts c, std::uint32_t more, bool module) {
  return {c.alg + more, c.module + (module ? static_cast<int>(more) : 0)};
}

class Clones : public ::testing::Test {
 protected:
  Transform& master(std::string_view name) {
    return *transform_alloc(behind_api(name), Gfp::kernel, Owner::shared).value();
  }
};

TEST_F(Clones, OfHmacCountTheTemplateTwiceAndShareTheHash) {
  Transform& of = master("hmac(sha1)");
  const Counts before = counts(hmac_sha1.base), hash = counts(sha1.base);
  const auto allocations = gfp_accounting()->counts();
  Transform* const clone = transform_clone(of, Owner::request).value();
  EXPECT_EQ(gfp_accounting()->counts().atomic, allocations.atomic + 2) << "ahash, shash";
  EXPECT_EQ(gfp_accounting()->counts().kernel, allocations.kernel) << "slept";
  EXPECT_EQ(counts(hmac_sha1.base), plus(before, 2, false)) << "hmac is built in";
  EXPECT_EQ(counts(sha1.base), hash) << "the hash's transform has one more user";
  transform_free(clone);
  EXPECT_EQ(counts(hmac_sha1.base), before);
  transform_free(&of);
  EXPECT_EQ(counts(sha1.base), plus(hash, -1U, true));
}

TEST_F(Clones, OfCmacCountCipherAndModules) {
  Transform& of = master("cmac(aes128)");
  const Counts before = counts(cmac_aes128.base), cipher = counts(aes128.base);
  const auto allocations = gfp_accounting()->counts();
  Transform* const clone = transform_clone(of, Owner::request).value();
  EXPECT_EQ(gfp_accounting()->counts().atomic, allocations.atomic + 3) << "ahash, shash, cipher";
  EXPECT_EQ(counts(cmac_aes128.base), plus(before, 2, true));
  EXPECT_EQ(counts(aes128.base), plus(cipher, 1, true));
  transform_free(clone);
  EXPECT_EQ(counts(cmac_aes128.base), before);
  EXPECT_EQ(counts(aes128.base), cipher);
  transform_free(&of);
}

TEST_F(Clones, OfAKeylessHashShareTheShash) {
  Transform& of = master("md5");
  Shash& shash = *static_cast<Ahash*>(of.context())->shash;
  Transform* const clone = transform_clone(of, Owner::request).value();
  EXPECT_EQ(static_cast<Ahash*>(clone->context())->shash, &shash);
  EXPECT_EQ(shash.base.users.load(), 2U);
  transform_free(clone);
  EXPECT_EQ(shash.base.users.load(), 1U);
  transform_free(&of);
}

TEST_F(Clones, HaveNoKeyUntilItIsSet) {
  for (const std::string_view name :
       {"hmac(sha1)", "hmac(sha256)", "hmac(sha512)", "cmac(aes128)"}) {
    const Algorithm& a = behind_api(name);
    const auto key = pattern(a.key_bytes), other = std::vector<std::uint8_t>(a.key_bytes, 1);
    Transform& of = *transform_alloc_keyed(a, other, Gfp::kernel, Owner::shared).value();
    Transform& unkeyed = master(name);
    for (Transform* from : {&unkeyed, &of}) {
      Transform* const clone = transform_clone(*from, Owner::request).value();
      std::vector<std::uint8_t> memory(Request::bytes(a) + 8), digest(a.digest_bytes);
      auto* const at = reinterpret_cast<std::uint8_t*>(
          (reinterpret_cast<std::uintptr_t>(memory.data()) + 7) & ~std::uintptr_t{7});
      ASSERT_EQ(request_attach(at, a, clone->context(), Gfp::atomic, Owner::request), Errno::ok);
      Request& request = *reinterpret_cast<Request*>(at);
      if (from == &unkeyed) {
        EXPECT_EQ(hash_init(request), Errno::enokey) << name;
      }
      ASSERT_EQ(transform_setkey(*clone, key, Gfp::atomic), Errno::ok);
      ASSERT_EQ(hash_init(request), Errno::ok);
      ASSERT_EQ(hash_update(request, pattern(70)), Errno::ok);
      ASSERT_EQ(hash_final(request, digest), Errno::ok);
      EXPECT_EQ(digest, flat_digest(a, key, pattern(70))) << name;
      transform_free(clone);
    }
    transform_free(&unkeyed);
    transform_free(&of);
  }
}

TEST_F(Clones, ThatAreRefusedMemoryLeaveNoCount) {
  for (const std::string_view name : {"hmac(sha1)", "cmac(aes128)"}) {
    Transform& of = master(name);
    const Alg* const algs[] = {&hmac_sha1.base, &sha1.base, &cmac_aes128.base, &aes128.base};
    std::vector<Counts> before;
    for (const Alg* alg : algs) before.push_back(counts(*alg));
    const auto live = gfp_accounting()->ledger().total;
    unsigned refused = 0;
    for (std::uint64_t k = 1;; ++k) {
      gfp_accounting()->set_faults({.kth = k});
      const auto clone = transform_clone(of, Owner::request);
      gfp_accounting()->clear_faults();
      if (clone) {
        transform_free(*clone);
        break;
      }
      ++refused;
      EXPECT_EQ(clone.error(), Errno::enomem);
      for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(counts(*algs[i]), before[i]) << k;
      EXPECT_EQ(gfp_accounting()->ledger().total.bytes, live.bytes);
    }
    EXPECT_EQ(refused, name == "hmac(sha1)" ? 2U : 3U);
    transform_free(&of);
  }
}

TEST_F(Clones, OfAModuleThatIsLeavingAreRefused) {
  Transform& of = master("cmac(aes128)");
  cmac_aes128.base.module->live = false;
  const auto clone = transform_clone(of, Owner::request);
  cmac_aes128.base.module->live = true;
  ASSERT_FALSE(clone.has_value());
  transform_free(&of);
}

}  // namespace
}  // namespace tfm::ahash::test
