// SPDX-License-Identifier: MIT
// Every algorithm of every provider and family: known answers, equality between providers, refused
// keys, refused allocations.
#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <thread>

#include "runtime/accounting.hpp"
#include "runtime/bytes.hpp"
#include "runtime/known_answers.hpp"
#include "runtime/providers/providers.hpp"
#include "runtime/rng.hpp"
#include "tests/runtime/operation.hpp"

namespace tfm {
namespace {

using test::Octets;
using test::operate;

Octets random_octets(Rng& rng, std::size_t length) {
  Octets octets(length);
  for (auto& o : octets) o = static_cast<std::uint8_t>(rng.next());
  return octets;
}

/// A request in memory from gfp, as strategies make them.
class OwnedRequest {
 public:
  OwnedRequest(Transform& transform, Owner owner)
      : memory_(gfp_alloc(Request::bytes(*transform.algorithm), Gfp::atomic, owner)) {
    if (memory_ == nullptr) return;
    status_ =
        request_attach(memory_, *transform.algorithm, transform.context(), Gfp::atomic, owner);
  }
  ~OwnedRequest() {
    if (!failed(status_)) request_detach(get());
    gfp_free(memory_);
  }
  OwnedRequest(const OwnedRequest&) = delete;
  OwnedRequest& operator=(const OwnedRequest&) = delete;

  Errno status() const { return status_; }
  Request& get() const { return *static_cast<Request*>(memory_); }

 private:
  void* memory_;
  Errno status_ = Errno::enomem;
};

Result<Octets> operate(Transform& transform, Bytes message) {
  const OwnedRequest request(transform, Owner::request);
  if (failed(request.status())) return error(request.status());
  return operate(request.get(), *transform.algorithm, message);
}

/// The result for the message in hex, or the error's name.
std::string outcome(Transform& transform, Bytes message) {
  return test::shown(operate(transform, message));
}

Transform& keyed_transform(const Algorithm& algorithm, Bytes key, Owner owner = Owner::socket) {
  return *transform_alloc_keyed(algorithm, key, Gfp::kernel, owner).value();
}

void expect_same(const Ledger& now, const Ledger& then) {
  for (std::size_t o = 0; o < owner_count; ++o) {
    EXPECT_EQ(now.by_owner[o].bytes, then.by_owner[o].bytes) << owner_names[o];
    EXPECT_EQ(now.by_owner[o].blocks, then.by_owner[o].blocks) << owner_names[o];
  }
}

class EveryAlgorithm : public ::testing::TestWithParam<const Algorithm*> {
 protected:
  const Algorithm& algorithm = *GetParam();
  Accounting& accounting = *gfp_accounting();
  Rng rng{7};
};

std::string case_name(const ::testing::TestParamInfo<const Algorithm*>& info) {
  std::string s = std::string(info.param->provider) + "_" + std::string(info.param->name);
  if (info.param->api != Api::flat) s += "_ahash";
  std::erase_if(s, [](unsigned char c) { return c != '_' && std::isalnum(c) == 0; });
  return s;
}
INSTANTIATE_TEST_SUITE_P(Providers, EveryAlgorithm,
                         ::testing::ValuesIn(algorithms().begin(), algorithms().end()), case_name);
INSTANTIATE_TEST_SUITE_P(Ahash, EveryAlgorithm,
                         ::testing::ValuesIn(algorithms(Api::ahash).begin(),
                                             algorithms(Api::ahash).end()),
                         case_name);

TEST(Providers, OfferNettlesHashesBehindTheApiToo) {
  std::vector<std::string_view> flat, behind;
  for (const Algorithm* a : algorithms()) {
    if (a->provider == "nettle" && a->family == Family::hash) flat.push_back(a->name);
  }
  for (const Algorithm* a : algorithms(Api::ahash)) {
    behind.push_back(a->name);
    EXPECT_EQ(a->provider, "nettle");
    EXPECT_EQ(find_algorithm(a->name, a->provider, Api::ahash), a);
    const Algorithm& other = flat_form(*a);
    EXPECT_EQ(&other, find_algorithm(a->name, a->provider));
    EXPECT_EQ(&flat_form(other), &other);
    EXPECT_EQ(a->digest_bytes, other.digest_bytes);
    EXPECT_EQ(a->key_bytes, other.key_bytes);
    EXPECT_EQ(a->tmpl, other.tmpl);
  }
  EXPECT_EQ(behind, flat);
}

TEST(Providers, OfferTheExpectedAlgorithms) {
  EXPECT_EQ(providers_init(), Errno::ok);
  const std::vector<std::string_view> hashes = {"hmac(sha1)", "hmac(sha256)", "hmac(sha512)",
                                                "cmac(aes128)", "md5"};
  const std::vector<std::string_view> aead = {"gcm(aes128)", "gcm(aes256)", "ccm(aes128)",
                                              "chacha20poly1305"};
  std::vector<std::string_view> sodium_aead = {"chacha20poly1305"};
  // libsodium has AES only if the CPU has these instructions.
  if (__builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul"))
    sodium_aead.push_back("gcm(aes256)");
  using Names = std::map<std::pair<std::string_view, Family>, std::vector<std::string_view>>;
  Names offered;
  for (const Algorithm* a : algorithms()) {
    if (a->family != Family::compression) offered[{a->provider, a->family}].push_back(a->name);
  }
  EXPECT_EQ(offered,
            (Names{{{"ipsec_mb", Family::aead}, {"gcm(aes128)", "gcm(aes256)"}},
                   {{"nettle", Family::hash}, hashes},
                   {{"nettle", Family::aead}, aead},
                   {{"openssl", Family::hash}, hashes},
                   {{"openssl", Family::aead}, aead},
                   {{"sodium", Family::hash}, {"hmac(sha256)", "hmac(sha512)", "blake2b-256"}},
                   {{"sodium", Family::aead}, sodium_aead}}));
}

TEST(Providers, DeclareTheTemplateThatIsInTheName) {
  const std::map<std::string_view, Template> words = {{"hmac", Template::hmac},
                                                      {"cmac", Template::cmac},
                                                      {"gcm", Template::gcm},
                                                      {"ccm", Template::ccm}};
  for (const Algorithm* a : algorithms()) {
    const auto word = words.find(a->name.substr(0, a->name.find('(')));
    EXPECT_EQ(a->tmpl, word == words.end() ? Template::none : word->second) << a->name;
  }
}

TEST(Providers, FailIfAnAlgorithmExceedsTheLimits) {
  Algorithm largest = *find_algorithm("hmac(sha1)", "nettle");
  largest.request_context_bytes = max_stack_context_bytes;
  largest.digest_bytes = largest.key_bytes = max_digest_bytes;
  Algorithm request = largest, digest = largest, key = largest;
  ++request.request_context_bytes;
  ++digest.digest_bytes;
  ++key.key_bytes;
  for (const Algorithm& too_large : {request, digest, key}) {
    const Algorithm offered[] = {largest, too_large};
    ProviderList list;
    list.add(Errno::ok, offered);
    EXPECT_EQ(list.first_failure, Errno::einval);
    EXPECT_TRUE(list.algorithms.empty());
    list.add(Errno::eproto, {});
    list.add(Errno::ok, {&largest, 1});
    EXPECT_EQ(list.first_failure, Errno::einval) << "the first stays";
    EXPECT_EQ(list.algorithms, std::vector<const Algorithm*>{&largest});
  }
}

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
    EXPECT_FALSE(test::contains(bytes, key)) << (broken_off ? "broken off" : "ended");
  }
  transform_free(&transform);
}

std::vector<const Algorithm*> of_all_apis() {
  std::vector<const Algorithm*> all(algorithms().begin(), algorithms().end());
  all.insert(all.end(), algorithms(Api::ahash).begin(), algorithms(Api::ahash).end());
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
    const Algorithm& a = *find_algorithm(name, "nettle");
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

TEST(Keys, AreNeededByEveryOperation) {
  for (const Algorithm* a : of_all_apis()) {
    Transform* transform = transform_alloc(*a, Gfp::kernel, Owner::socket).value();
    EXPECT_EQ(outcome(*transform, {}) == "ENOKEY", a->keyed) << a->provider << ' ' << a->name;
    transform_free(transform);
  }
}

TEST_P(EveryAlgorithm, MemoryIsChargedToItsOwner) {
  const Ledger start = accounting.ledger();
  Transform& transform = keyed_transform(algorithm, random_octets(rng, algorithm.key_bytes));
  // This algorithm keeps buffers while it has a transform; zlib_test.cpp counts them.
  const bool with_buffers = algorithm.name == "acomp_scomp(deflate)";
  const Ledger others = with_buffers ? accounting.ledger() : start;
  {
    const OwnedRequest request(transform, Owner::percpu);
    ASSERT_EQ(request.status(), Errno::ok);
    const Octets message = random_octets(rng, 100);
    ASSERT_TRUE(operate(request.get(), algorithm, message));
    const Ledger idle = accounting.ledger();
    const AllocationCounts before = accounting.counts();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(operate(request.get(), algorithm, message));
    const AllocationCounts after = accounting.counts();
    expect_same(accounting.ledger(), idle);
    EXPECT_EQ(after.kernel, before.kernel) << "slept on the fast path";
    if (algorithm.flat) {
      EXPECT_EQ(after.atomic, before.atomic);
    }
    if (algorithm.family == Family::hash) {
      ASSERT_EQ(hash_init(request.get()), Errno::ok);
      ASSERT_EQ(hash_update(request.get(), message), Errno::ok);
    }
    const Ledger in_flight = accounting.ledger();
    for (const Owner none : {Owner::shared, Owner::request, Owner::scratch}) {
      const auto o = static_cast<std::size_t>(none);
      EXPECT_EQ(idle.by_owner[o].bytes, others.by_owner[o].bytes) << owner_names[o];
      EXPECT_EQ(in_flight.by_owner[o].bytes, others.by_owner[o].bytes) << owner_names[o];
    }
  }
  transform_free(&transform);
  expect_same(accounting.ledger(), start);
}

/// Makes a transform with a key and operates, then does both again with memory. True if an
/// allocation was refused on the way.
bool operate_while_failing(const Algorithm& algorithm, Bytes key, Bytes message,
                           const std::string& expected, const Faults& faults) {
  Accounting& accounting = *gfp_accounting();
  const Ledger start = accounting.ledger();
  const AllocationCounts before = accounting.counts();
  accounting.set_faults(faults);
  const auto transform = transform_alloc_keyed(algorithm, key, Gfp::kernel, Owner::socket);
  const Result<Octets> made = transform ? operate(**transform, message) : error(transform.error());
  // Sets the key again, on a transform that has a key.
  const Errno rekeyed =
      transform && algorithm.keyed ? transform_setkey(**transform, key, Gfp::atomic) : Errno::ok;
  accounting.clear_faults();
  EXPECT_EQ(test::shown(made), made ? expected : "ENOMEM");
  if (transform) {
    if (failed(rekeyed)) {
      EXPECT_EQ(rekeyed, Errno::enomem);
      EXPECT_EQ(outcome(**transform, message), "ENOKEY");
      EXPECT_EQ(transform_setkey(**transform, key, Gfp::atomic), Errno::ok);
    }
    EXPECT_EQ(outcome(**transform, message), expected);
    transform_free(*transform);
  }
  if (algorithm.flat) {
    expect_same(accounting.ledger(), start);
  } else {
    // After a fetch that failed half-way OpenSSL makes an entry of its method cache again. The
    // entry may then be on another account, but the sum is the same.
    EXPECT_EQ(accounting.ledger().total.bytes, start.total.bytes);
    EXPECT_EQ(accounting.ledger().total.blocks, start.total.blocks);
  }
  const AllocationCounts after = accounting.counts();
  return after.atomic_refused + after.kernel_refused >
         before.atomic_refused + before.kernel_refused;
}

TEST_P(EveryAlgorithm, SurvivesEveryRefusedAllocation) {
  const Octets key = random_octets(rng, algorithm.key_bytes), message = random_octets(rng, 100);
  Transform& transform = keyed_transform(algorithm, key);
  const std::string expected = outcome(transform, message);
  transform_free(&transform);
  for (const bool sticky : {false, true}) {
    std::uint64_t k = 1;
    while (operate_while_failing(algorithm, key, message, expected,
                                 {.kth = k, .sticky = sticky, .also_kernel = true})) {
      ASSERT_LT(++k, 1000u);
    }
    EXPECT_GT(k, 2u) << "a transform and a request are two allocations at least";
  }
}

TEST_P(EveryAlgorithm, AThreadLeavesNothingBehind) {
  const Octets key = random_octets(rng, algorithm.key_bytes), message = random_octets(rng, 100);
  const Ledger start = accounting.ledger();
  std::thread([&] {
    // OpenSSL's cost per thread (the error state) comes with the thread's first operation, not with
    // its first failure, and is not charged to an operation.
    Transform& transform = keyed_transform(algorithm, key);
    const std::string expected = outcome(transform, message);
    transform_free(&transform);
    for (std::uint64_t k = 1;
         operate_while_failing(algorithm, key, message, expected, {.kth = k});) {
      ASSERT_LT(++k, 1000u);
    }
    const auto request = static_cast<std::size_t>(Owner::request);
    EXPECT_EQ(accounting.ledger().by_owner[request].bytes, start.by_owner[request].bytes);
  }).join();
  expect_same(accounting.ledger(), start);
}

}  // namespace
}  // namespace tfm
