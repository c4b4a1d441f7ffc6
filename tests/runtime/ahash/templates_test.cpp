// SPDX-License-Identifier: MIT
// hmac and cmac as templates: states that are exported and imported, keys that are refused, ciphers
// that ask for alignment, sections for vector registers.
#include "runtime/ahash/aes_schedule.hpp"
#include "runtime/ahash/fpu.hpp"
#include "tests/runtime/ahash/support.hpp"

namespace tfm::ahash::test {
namespace {

TEST(Templates, AStateGoesOnInAnotherRequest) {
  for (const Algorithm* a : algorithms(Api::ahash)) {
    const auto key = pattern(a->key_bytes);
    const auto first = KeyedRequest::create(*a, key).value();
    const auto second = KeyedRequest::create(*a, key).value();
    Shash& shash = *of(second).tfm().shash;
    std::vector<std::uint8_t> state(shash.descriptor_bytes), digest(a->digest_bytes);
    ASSERT_EQ(hash_init(*first), Errno::ok);
    ASSERT_EQ(hash_update(*first, pattern(77)), Errno::ok);
    ASSERT_EQ(shash_export(of(first).desc(), state.data()), Errno::ok);
    of(second).desc().tfm = &shash;
    ASSERT_EQ(shash_import(of(second).desc(), state.data()), Errno::ok);
    ASSERT_EQ(hash_final(*second, digest), Errno::ok);
    EXPECT_EQ(digest, flat_digest(*a, key, pattern(77))) << a->name;
  }
}

TEST(Templates, AStateIsNotImportedWithoutAKey) {
  for (const std::string_view name : {"hmac(sha1)", "cmac(aes128)"}) {
    Transform* const transform =
        transform_alloc(behind_api(name), Gfp::kernel, Owner::shared).value();
    ShashDescOnStack desc(*static_cast<Ahash*>(transform->context())->shash);
    const std::vector<std::uint8_t> state(most_descriptor_bytes);
    EXPECT_EQ(shash_import(desc.get(), state.data()), Errno::enokey);
    EXPECT_EQ(shash_digest(desc.get(), nullptr, 0, nullptr), Errno::enokey);
    transform_free(transform);
  }
}

TEST(Templates, ARefusedKeyLeavesBothTransformsWithout) {
  const Algorithm& a = behind_api("cmac(aes128)");
  Transform* const transform =
      transform_alloc_keyed(a, pattern(16), Gfp::kernel, Owner::shared).value();
  auto& tfm = *static_cast<Ahash*>(transform->context());
  EXPECT_EQ(tfm.base.flags & need_key, 0U);
  EXPECT_EQ(transform_setkey(*transform, pattern(15), Gfp::atomic), Errno::ekeyrejected);
  EXPECT_EQ(tfm.base.flags & need_key, need_key);
  EXPECT_EQ(tfm.shash->base.flags & need_key, need_key);
  EXPECT_EQ(transform_setkey(*transform, pattern(16), Gfp::atomic), Errno::ok);
  EXPECT_EQ(tfm.base.flags & need_key, 0U);
  EXPECT_EQ(tfm.shash->base.flags & need_key, 0U);
  transform_free(transform);
}

/// An algorithm of which init_tfm() makes a descriptor of so many bytes, and how many it made.
std::uint32_t made_bytes = 0;
int made = 0;
Errno make_descriptor(Shash& tfm, Gfp, Owner) noexcept {
  tfm.descriptor_bytes = made_bytes;
  ++made;
  return Errno::ok;
}

TEST(Templates, ADescriptorFitsOnAStack) {
  ShashAlg alg{.base = {.users = 2}, .init_tfm = make_descriptor, .exit_tfm = [](Shash&) noexcept {
                 --made;
               }};
  Shash* tfm = nullptr;
  made_bytes = most_descriptor_bytes + 1;
  EXPECT_EQ(shash_create(tfm, alg, Gfp::kernel, Owner::shared), Errno::einval);
  EXPECT_EQ(made, 0) << "it is undone";
  made_bytes = most_descriptor_bytes;
  ASSERT_EQ(shash_create(tfm, alg, Gfp::kernel, Owner::shared), Errno::ok);
  shash_free(*tfm);
  EXPECT_EQ(made, 0);
}

/// A cipher that asks for alignment and notes what it is given.
std::vector<std::uintptr_t> addresses;
Errno note_key(Cipher&, const std::uint8_t* key, std::uint32_t) noexcept {
  addresses.push_back(reinterpret_cast<std::uintptr_t>(key));
  return Errno::ok;
}
void add_one(Cipher&, std::uint8_t* to, const std::uint8_t* from) noexcept {
  addresses.push_back(reinterpret_cast<std::uintptr_t>(to));
  addresses.push_back(reinterpret_cast<std::uintptr_t>(from));
  for (int i = 0; i < 16; ++i) to[i] = static_cast<std::uint8_t>(from[i] + 1);
}

TEST(Ciphers, GetAlignedAddressesIfTheyAskForThem) {
  CipherAlg alg{.base = {.block_bytes = 16},
                .align_mask = 15,
                .least_key_bytes = 1,
                .most_key_bytes = 64,
                .setkey = note_key,
                .encrypt = add_one};
  Cipher* cipher = nullptr;
  ASSERT_EQ(cipher_spawn(cipher, alg.base, Gfp::kernel, Owner::shared), Errno::ok);
  alignas(16) std::uint8_t memory[64];
  for (std::size_t offset = 0; offset < 16; ++offset) {
    addresses.clear();
    const auto text = pattern(16);
    std::copy(text.begin(), text.end(), memory + offset);
    const auto before = gfp_accounting()->counts().atomic;
    ASSERT_EQ(cipher_setkey(*cipher, memory + offset, 16), Errno::ok);
    EXPECT_EQ(gfp_accounting()->counts().atomic - before, offset == 0 ? 0U : 1U);
    std::uint8_t* const to = memory + 32 + offset;
    cipher_encrypt_one(*cipher, to, memory + offset);
    for (const std::uintptr_t address : addresses) EXPECT_EQ(address % 16, 0U);
    EXPECT_EQ(addresses.size(), 3U);
    for (std::size_t i = 0; i < 16; ++i) ASSERT_EQ(to[i], static_cast<std::uint8_t>(text[i] + 1));
  }
  gfp_accounting()->set_faults({.kth = 1});
  EXPECT_EQ(cipher_setkey(*cipher, memory + 1, 16), Errno::enomem);
  gfp_accounting()->clear_faults();
  cipher_free(*cipher);
}

// FIPS-197 §A.1: the last round key. And the first for decryption is the last for encryption.
TEST(Ciphers, RoundKeysAreThoseOfTheStandard) {
  const std::uint8_t key[16] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
                                0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
  const std::vector<std::uint8_t> last = {0xd0, 0x14, 0xf9, 0xa8, 0xc9, 0xee, 0x25, 0x89,
                                          0xe1, 0x3f, 0x0c, 0xc8, 0xb6, 0x63, 0x0c, 0xa6};
  alignas(16) std::uint8_t forth[176], back[176];
  aes128_schedule(forth, back, key);
  EXPECT_EQ(std::vector<std::uint8_t>(forth + 160, forth + 176), last);
  EXPECT_EQ(std::vector<std::uint8_t>(back, back + 16), last);
  EXPECT_EQ(std::vector<std::uint8_t>(back + 160, back + 176),
            std::vector<std::uint8_t>(key, key + 16));
}

TEST(Sections, ExcludeEachOther) {
  EXPECT_TRUE(fpu_usable());
  fpu_begin();
  EXPECT_FALSE(fpu_usable());
  fpu_end();
  EXPECT_TRUE(fpu_usable());
}

// As the kernel's drivers do, they compute without a section then.
TEST(Sections, ThatAreOpenDoNotChangeDigests) {
  for (const Algorithm* a : of_the_kernels()) {
    const auto key = pattern(a->key_bytes);
    const auto expected = flat_digest(*a, key, pattern(200));
    fpu_begin();
    const auto request = KeyedRequest::create(*a, key).value();
    std::vector<std::uint8_t> digest(a->digest_bytes);
    ASSERT_EQ(hash_init(*request), Errno::ok);
    ASSERT_EQ(hash_update(*request, pattern(200)), Errno::ok);
    ASSERT_EQ(hash_final(*request, digest), Errno::ok);
    EXPECT_FALSE(fpu_usable()) << a->name << " closed a section that is not its own";
    fpu_end();
    EXPECT_EQ(digest, expected) << a->name;
  }
}

}  // namespace
}  // namespace tfm::ahash::test
