// SPDX-License-Identifier: MIT
// The results of every algorithm of every provider and family: known answers, equality between
// providers, one transform for many operations.
#include <cctype>

#include "runtime/bytes.hpp"
#include "runtime/known_answers.hpp"
#include "tests/runtime/every_algorithm.hpp"

namespace tfm::test {
namespace {

std::string case_name(const ::testing::TestParamInfo<const Algorithm*>& info) {
  std::string s = std::string(info.param->provider) + "_" + std::string(info.param->name);
  if (info.param->api != Api::flat) {
    s += "_" + std::string(api_names[static_cast<std::size_t>(info.param->api)]);
  }
  std::erase_if(s, [](unsigned char c) { return c != '_' && std::isalnum(c) == 0; });
  return s;
}
INSTANTIATE_TEST_SUITE_P(Providers, EveryAlgorithm,
                         ::testing::ValuesIn(algorithms().begin(), algorithms().end()), case_name);
INSTANTIATE_TEST_SUITE_P(KernelsApis, EveryAlgorithm, ::testing::ValuesIn(of_the_kernels_apis()),
                         case_name);

TEST_P(EveryAlgorithm, ReproducesKnownAnswers) {
  const auto reproduced = check_known_answers(algorithm);
  ASSERT_TRUE(reproduced) << reproduced.error();
  EXPECT_GE(*reproduced, 4u);
}

TEST_P(EveryAlgorithm, AgreesWithEveryOtherProvider) {
  for (int i = 0; i < 200; ++i) {
    // HMAC takes keys of any length, the others only one length. The first key is empty.
    const auto length = [&](std::uint32_t bound) { return i == 0 ? 0 : rng.below(bound); };
    const Octets key =
        random_octets(rng, algorithm.tmpl == Template::hmac ? length(300) : algorithm.key_bytes);
    const Octets message = random_octets(rng, length(3000));
    Transform& own = keyed_transform(algorithm, key);
    for (const Algorithm* other : algorithms()) {
      if (other->name != algorithm.name) continue;
      Transform& theirs = keyed_transform(*other, key);
      EXPECT_EQ(outcome(own, message), outcome(theirs, message))
          << other->provider << ", key " << to_hex(key) << ", message " << to_hex(message);
      transform_free(&theirs);
    }
    transform_free(&own);
  }
}

TEST_P(EveryAlgorithm, OneTransformServesManyOperations) {
  const Octets key = random_octets(rng, algorithm.key_bytes), message = random_octets(rng, 100);
  Transform& transform = keyed_transform(algorithm, key);
  const std::string first = outcome(transform, message);
  if (algorithm.family == Family::hash) {  // begin an operation and leave it
    const OwnedRequest request(transform, Owner::request);
    ASSERT_EQ(request.status(), Errno::ok);
    ASSERT_EQ(hash_init(request.get()), Errno::ok);
    ASSERT_EQ(hash_update(request.get(), message), Errno::ok);
  }
  EXPECT_EQ(outcome(transform, message), first);
  if (algorithm.keyed) {
    ASSERT_EQ(transform_setkey(transform, random_octets(rng, algorithm.key_bytes), Gfp::atomic),
              Errno::ok);
    EXPECT_NE(outcome(transform, message), first);
    ASSERT_EQ(transform_setkey(transform, key, Gfp::atomic), Errno::ok);
    EXPECT_EQ(outcome(transform, message), first);
  }
  transform_free(&transform);
}

}  // namespace
}  // namespace tfm::test
