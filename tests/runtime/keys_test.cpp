// SPDX-License-Identifier: MIT
// Keys of every algorithm: refused ones, missing ones, and what a request leaves of them.
#include "tests/runtime/every_algorithm.hpp"

namespace tfm::test {
namespace {

// Also after an operation that stops early, and whatever the provider keeps in a request.
TEST_P(EveryAlgorithm, ARequestLeavesNoKeyBehind) {
  if (!algorithm.keyed) GTEST_SKIP() << "it has no key";
  const Octets key = random_octets(rng, algorithm.key_bytes), message = random_octets(rng, 10);
  Transform& transform = keyed_transform(algorithm, key);
  std::vector<std::uint64_t> memory(Request::bytes(algorithm) / 8 + 1);
  const Bytes bytes(reinterpret_cast<const std::uint8_t*>(memory.data()), 8 * memory.size());
  for (const bool broken_off : {true, false}) {
    ASSERT_EQ(
        request_attach(memory.data(), algorithm, transform.context(), Gfp::atomic, Owner::request),
        Errno::ok);
    auto& request = *reinterpret_cast<Request*>(memory.data());
    if (broken_off && algorithm.family == Family::hash) {
      ASSERT_EQ(hash_init(request), Errno::ok);
      ASSERT_EQ(hash_update(request, message), Errno::ok);
    } else {
      ASSERT_TRUE(operate(request, algorithm, message));
    }
    request_detach(request);
    EXPECT_FALSE(contains(bytes, key)) << (broken_off ? "broken off" : "ended");
  }
  transform_free(&transform);
}

std::vector<const Algorithm*> of_all_apis() {
  std::vector<const Algorithm*> all = of_the_kernels_apis();
  all.insert(all.end(), algorithms().begin(), algorithms().end());
  return all;
}

TEST(Keys, OfAWrongLengthAreRefusedAndLeaveNoKey) {
  Rng rng(8);
  const Octets message = random_octets(rng, 10);
  for (const Algorithm* a : of_all_apis()) {
    if (!a->keyed || a->tmpl == Template::hmac) continue;  // HMAC takes keys of any length
    for (const std::size_t length : {0, 1, 15, 17, 24, 31, 33, 64}) {
      Transform& transform = keyed_transform(*a, random_octets(rng, a->key_bytes));
      const Octets key = random_octets(rng, length);
      EXPECT_EQ(transform_setkey(transform, key, Gfp::kernel), Errno::ekeyrejected) << length;
      EXPECT_EQ(outcome(transform, message), "ENOKEY") << a->provider << ' ' << a->name;
      const auto refused = transform_alloc_keyed(*a, key, Gfp::kernel, Owner::socket);
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error(), Errno::ekeyrejected);
      transform_free(&transform);
    }
  }
}

// HMAC's key is two chaining values and nothing else: zeros are no key, and a value that has a word
// of 0 is one.
TEST(Keys, OfHmacAreZerosOnlyIfAllWordsAre) {
  const std::pair<std::string_view, std::size_t> word_bytes[] = {
      {"hmac(sha1)", 4}, {"hmac(sha256)", 4}, {"hmac(sha512)", 8}};
  for (const auto& [name, bytes] : word_bytes) {
    for (const Api api : {Api::flat, Api::library}) {
      const Algorithm& a = *find_algorithm(name, "nettle", api);
      EXPECT_EQ(a.transform_context_bytes, 2u * a.digest_bytes) << name;
      Transform& transform = *transform_alloc(a, Gfp::kernel, Owner::socket).value();
      const OwnedRequest request(transform, Owner::request);
      auto* const inner = static_cast<std::uint8_t*>(transform.context());
      for (std::size_t word = 0; word < a.digest_bytes; word += bytes) {
        EXPECT_EQ(hash_init(request.get()), Errno::enokey) << name;
        inner[word] = 1;
        EXPECT_EQ(hash_init(request.get()), Errno::ok) << name << ", byte " << word;
        inner[word] = 0;
      }
      transform_free(&transform);
    }
  }
}

TEST(Keys, AreNeededByEveryOperation) {
  for (const Algorithm* a : of_all_apis()) {
    Transform* transform = transform_alloc(*a, Gfp::kernel, Owner::socket).value();
    EXPECT_EQ(outcome(*transform, {}) == "ENOKEY", a->keyed) << a->provider << ' ' << a->name;
    transform_free(transform);
  }
}

}  // namespace
}  // namespace tfm::test
