// SPDX-License-Identifier: MIT
// The library's functions by themselves: what no table of an Algorithm shows.
#include "runtime/library/hash.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <vector>

#include "runtime/keyed_request.hpp"
#include "runtime/library/aes_cmac.hpp"

namespace tfm::library::test {
namespace {

std::vector<std::uint8_t> pattern(std::size_t bytes) {
  std::vector<std::uint8_t> all(bytes);
  for (std::size_t i = 0; i < bytes; ++i) all[i] = static_cast<std::uint8_t>(3 + 5 * i);
  return all;
}

template <class T>
bool is_zero(const T& object) {
  return std::ranges::all_of(memory_of(object), [](std::uint8_t byte) { return byte == 0; });
}

template <class H>
void expect_finals_to_zero() {
  const auto raw = pattern(20), text = pattern(77);
  HmacKey<H> key;
  HmacContext<H> context;
  std::vector<std::uint8_t> digest(H::digest_bytes);
  hmac_prepare(key, raw.data(), raw.size());
  hmac_init(context, key);
  hmac_update(context, text.data(), text.size());
  EXPECT_FALSE(is_zero(context));
  hmac_final(context, digest.data());
  EXPECT_TRUE(is_zero(context));
}

TEST(Finals, ZeroTheirContexts) {
  expect_finals_to_zero<Sha1>();
  expect_finals_to_zero<Sha256>();
  expect_finals_to_zero<Sha512>();
  const auto raw = pattern(16), text = pattern(16);
  std::uint8_t digest[16];
  HashContext<Md5> md5;
  hash_init(md5);
  hash_update(md5, text.data(), text.size());
  hash_final(md5, digest);
  EXPECT_TRUE(is_zero(md5));
  CmacKey key;
  CmacContext cmac;
  ASSERT_EQ(cmac_prepare(key, raw.data(), raw.size()), Errno::ok);
  cmac_init(cmac, key);
  cmac_update(cmac, text.data(), text.size());
  cmac_final(cmac, digest);
  EXPECT_TRUE(is_zero(cmac));
}

// The kernel's struct hmac_sha1_key and the flat provider's are the same two chaining values.
TEST(Keys, AreThoseOfTheFlatProvider) {
  const auto raw = pattern(20);
  HmacKey<Sha1> key;
  hmac_prepare(key, raw.data(), raw.size());
  Transform* const flat = transform_alloc_keyed(*find_algorithm("hmac(sha1)", "nettle"), raw,
                                                Gfp::kernel, Owner::shared)
                              .value();
  EXPECT_TRUE(std::ranges::equal(memory_of(key), flat->block().subspan(sizeof(Transform))));
  transform_free(flat);
}

// A count of 128 bits carries.
TEST(Counts, CarryIntoTheUpperHalf) {
  Count128 count{~std::uint64_t{0} - 3, 5};
  count.add(4);
  EXPECT_EQ(count.low, 0U);
  EXPECT_EQ(count.high, 6U);
  std::uint8_t bits[16];
  Count128{std::uint64_t{1} << 61, 1}.put_bits(bits);
  EXPECT_EQ(load_be64(bits), 9U) << "8 × (2^64 + 2^61) bits";
  EXPECT_EQ(load_be64(bits + 8), 0U);
}

}  // namespace
}  // namespace tfm::library::test
