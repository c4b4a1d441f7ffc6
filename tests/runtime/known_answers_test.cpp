// SPDX-License-Identifier: MIT
// Every algorithm of every provider: known answers, equality between providers, keys refused,
// allocations refused.
#include "runtime/known_answers.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <thread>

#include "runtime/accounting.hpp"
#include "runtime/bytes.hpp"
#include "runtime/providers/providers.hpp"
#include "runtime/rng.hpp"
#include "runtime/transform.hpp"

namespace tfm {
namespace {

using Octets = std::vector<std::uint8_t>;

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

Errno hash(Request& request, Bytes message, MutableBytes digest) {
  if (const Errno e = hash_init(request); failed(e)) return e;
  if (const Errno e = hash_update(request, message); failed(e)) return e;
  return hash_final(request, digest);
}

Errno hash(Transform& transform, Bytes message, MutableBytes digest) {
  const OwnedRequest request(transform, Owner::request);
  return failed(request.status()) ? request.status() : hash(request.get(), message, digest);
}

/// The digest's hex, or the error's name.
std::string hash_hex(Transform& transform, Bytes message) {
  Octets digest(transform.algorithm->digest_bytes);
  const Errno e = hash(transform, message, digest);
  return failed(e) ? std::string(name(e)) : to_hex(digest);
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

bool is_hmac(const Algorithm& a) { return a.name.substr(0, 5) == "hmac("; }

class EveryAlgorithm : public ::testing::TestWithParam<const Algorithm*> {
 protected:
  const Algorithm& algorithm = *GetParam();
  Accounting& accounting = *gfp_accounting();
  Rng rng{7};
};

std::string case_name(const ::testing::TestParamInfo<const Algorithm*>& info) {
  std::string s = std::string(info.param->provider) + "_" + std::string(info.param->name);
  std::erase_if(s, [](unsigned char c) { return c != '_' && std::isalnum(c) == 0; });
  return s;
}
INSTANTIATE_TEST_SUITE_P(Providers, EveryAlgorithm,
                         ::testing::ValuesIn(algorithms().begin(), algorithms().end()), case_name);

TEST(Providers, OfferWhatTheyShould) {
  EXPECT_EQ(providers_init(), Errno::ok);
  for (const auto& [provider, names] :
       {std::pair<std::string_view, std::vector<std::string_view>>(
            "nettle", {"hmac(sha1)", "hmac(sha256)", "hmac(sha512)", "cmac(aes128)", "md5"}),
        {"openssl", {"hmac(sha1)", "hmac(sha256)", "hmac(sha512)", "cmac(aes128)", "md5"}},
        {"sodium", {"hmac(sha256)", "hmac(sha512)", "blake2b-256"}}}) {
    for (const auto n : names) EXPECT_NE(find_algorithm(n, provider), nullptr) << provider << n;
  }
  EXPECT_EQ(algorithms().size(), 13u);
}

TEST(Providers, WithAnAlgorithmThatNoBufferHoldsFail) {
  Algorithm largest = *find_algorithm("hmac(sha1)", "nettle");
  largest.request_context_bytes = max_request_context_bytes;
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

// What check_known_answers() must notice, each in a copy of a right algorithm.
std::string broken(void (*breaks)(Algorithm&)) {
  Algorithm a = *find_algorithm("hmac(sha1)", "nettle");
  breaks(a);
  const auto reproduced = check_known_answers(a);
  return reproduced ? "not noticed" : reproduced.error();
}
const Algorithm& right() { return *find_algorithm("hmac(sha1)", "nettle"); }

TEST(KnownAnswers, AWrongBitIsNoticed) {
  EXPECT_EQ(broken([](Algorithm& a) {
              a.final = [](void* r, void* t, MutableBytes digest) noexcept {
                const Errno e = right().final(r, t, digest);
                digest[digest.size() - 1] ^= 1;
                return e;
              };
            }),
            "hmac(sha1) of nettle, RFC 2202 §3, case 1, 8 bytes cut at 0: expected "
            "b617318655057264e28bc0b6fb378c8ef146be00, got "
            "b617318655057264e28bc0b6fb378c8ef146be01");
}
TEST(KnownAnswers, ALostUpdateIsNoticed) {
  EXPECT_NE(broken([](Algorithm& a) {
              a.update = [](void* r, void* t, Bytes data) noexcept {
                return data.size() == 3 ? Errno::ok : right().update(r, t, data);
              };
            }).find("cut at 3: expected"),
            std::string::npos);
}
TEST(KnownAnswers, ADigestTooLongIsNoticed) {
  EXPECT_NE(broken([](Algorithm& a) {
              a.final = [](void* r, void* t, MutableBytes digest) noexcept {
                const std::size_t longer = digest.size() < 20 ? digest.size() + 1 : digest.size();
                return right().final(r, t, {digest.data(), longer});
              };
            }).find("wrote past 1 bytes"),
            std::string::npos);
}
TEST(KnownAnswers, AnErrorIsAFailure) {
  EXPECT_NE(broken([](Algorithm& a) {
              a.init = [](void*, void*) noexcept { return Errno::eproto; };
            }).find("EPROTO"),
            std::string::npos);
}
TEST(KnownAnswers, NoneIsAFailure) {
  EXPECT_NE(broken([](Algorithm& a) { a.name = "hmac(none)"; }).find("no known answer"),
            std::string::npos);
}

TEST_P(EveryAlgorithm, AgreesWithEveryOtherProvider) {
  for (int i = 0; i < 200; ++i) {
    // HMAC takes keys of any length; the others one length alone. The first of all is empty.
    const auto length = [&](std::uint32_t bound) { return i == 0 ? 0 : rng.below(bound); };
    const Octets key = random_octets(rng, is_hmac(algorithm) ? length(300) : algorithm.key_bytes);
    const Octets message = random_octets(rng, length(3000));
    Transform& own = keyed_transform(algorithm, key);
    for (const Algorithm* other : algorithms()) {
      if (other->name != algorithm.name) continue;
      Transform& theirs = keyed_transform(*other, key);
      EXPECT_EQ(hash_hex(own, message), hash_hex(theirs, message))
          << other->provider << ", key " << to_hex(key) << ", message " << to_hex(message);
      transform_free(&theirs);
    }
    transform_free(&own);
  }
}

TEST_P(EveryAlgorithm, OneTransformServesManyOperations) {
  const Octets key = random_octets(rng, algorithm.key_bytes), message = random_octets(rng, 100);
  Transform& transform = keyed_transform(algorithm, key);
  const std::string first = hash_hex(transform, message);
  {  // one that is begun and left
    const OwnedRequest request(transform, Owner::request);
    ASSERT_EQ(request.status(), Errno::ok);
    ASSERT_EQ(hash_init(request.get()), Errno::ok);
    ASSERT_EQ(hash_update(request.get(), message), Errno::ok);
  }
  EXPECT_EQ(hash_hex(transform, message), first);
  if (algorithm.keyed) {
    ASSERT_EQ(transform_setkey(transform, random_octets(rng, algorithm.key_bytes), Gfp::atomic),
              Errno::ok);
    EXPECT_NE(hash_hex(transform, message), first);
    ASSERT_EQ(transform_setkey(transform, key, Gfp::atomic), Errno::ok);
    EXPECT_EQ(hash_hex(transform, message), first);
  }
  transform_free(&transform);
}

TEST(Keys, OfAWrongLengthAreRefusedAndLeaveNone) {
  Rng rng(8);
  const Octets message = random_octets(rng, 10);
  for (const Algorithm* a : algorithms()) {
    if (!a->keyed || is_hmac(*a)) continue;  // HMAC takes keys of any length
    for (const std::size_t length : {0, 1, 15, 17, 24, 31, 33, 64}) {
      Transform& transform = keyed_transform(*a, random_octets(rng, a->key_bytes));
      const Octets key = random_octets(rng, length);
      EXPECT_EQ(transform_setkey(transform, key, Gfp::kernel), Errno::ekeyrejected) << length;
      EXPECT_EQ(hash_hex(transform, message), "ENOKEY") << a->provider << ' ' << a->name;
      const auto refused = transform_alloc_keyed(*a, key, Gfp::kernel, Owner::socket);
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error(), Errno::ekeyrejected);
      transform_free(&transform);
    }
  }
}

TEST(Keys, WithoutOneThereIsNoMac) {
  for (const Algorithm* a : algorithms()) {
    Transform* transform = transform_alloc(*a, Gfp::kernel, Owner::socket).value();
    EXPECT_EQ(hash_hex(*transform, {}) == "ENOKEY", a->keyed) << a->provider << ' ' << a->name;
    transform_free(transform);
  }
}

TEST_P(EveryAlgorithm, MemoryStandsOnItsOwnersAccount) {
  const Ledger start = accounting.ledger();
  Transform& transform = keyed_transform(algorithm, random_octets(rng, algorithm.key_bytes));
  {
    const OwnedRequest request(transform, Owner::percpu);
    ASSERT_EQ(request.status(), Errno::ok);
    Octets digest(algorithm.digest_bytes);
    ASSERT_EQ(hash(request.get(), digest, digest), Errno::ok);
    const Ledger idle = accounting.ledger();
    const AllocationCounts before = accounting.counts();
    for (int i = 0; i < 10; ++i) ASSERT_EQ(hash(request.get(), digest, digest), Errno::ok);
    const AllocationCounts after = accounting.counts();
    expect_same(accounting.ledger(), idle);
    EXPECT_EQ(after.kernel, before.kernel) << "slept on the fast path";
    if (algorithm.flat) {
      EXPECT_EQ(after.atomic, before.atomic);
    }
    ASSERT_EQ(hash_init(request.get()), Errno::ok);
    ASSERT_EQ(hash_update(request.get(), digest), Errno::ok);
    const Ledger in_flight = accounting.ledger();
    for (const Owner none : {Owner::shared, Owner::request, Owner::scratch}) {
      const auto o = static_cast<std::size_t>(none);
      EXPECT_EQ(idle.by_owner[o].bytes, start.by_owner[o].bytes) << owner_names[o];
      EXPECT_EQ(in_flight.by_owner[o].bytes, start.by_owner[o].bytes) << owner_names[o];
    }
  }
  transform_free(&transform);
  expect_same(accounting.ledger(), start);
}

/// Makes a transform with a key, hashes, and does both again when memory is back.
/// True if an allocation was refused on the way.
bool hash_while_failing(const Algorithm& algorithm, Bytes key, Bytes message,
                        const std::string& expected, const Faults& faults) {
  Accounting& accounting = *gfp_accounting();
  const Ledger start = accounting.ledger();
  const AllocationCounts before = accounting.counts();
  accounting.set_faults(faults);
  const auto transform = transform_alloc_keyed(algorithm, key, Gfp::kernel, Owner::socket);
  Octets digest(algorithm.digest_bytes);
  Errno e = transform ? hash(**transform, message, digest) : transform.error();
  // The key once more, on a transform that has one.
  const Errno rekeyed =
      transform && algorithm.keyed ? transform_setkey(**transform, key, Gfp::atomic) : Errno::ok;
  accounting.clear_faults();
  if (failed(e)) {
    EXPECT_EQ(e, Errno::enomem);
  } else {
    EXPECT_EQ(to_hex(digest), expected);
  }
  if (transform) {
    if (failed(rekeyed)) {
      EXPECT_EQ(rekeyed, Errno::enomem);
      EXPECT_EQ(hash_hex(**transform, message), "ENOKEY");
      EXPECT_EQ(transform_setkey(**transform, key, Gfp::atomic), Errno::ok);
    }
    EXPECT_EQ(hash_hex(**transform, message), expected);
    transform_free(*transform);
  }
  if (algorithm.flat) {
    expect_same(accounting.ledger(), start);
  } else {
    // A fetch that failed half-way remakes an entry of OpenSSL's method cache, then on the account
    // of whoever fetched: the sum is the same.
    EXPECT_EQ(accounting.ledger().total.bytes, start.total.bytes);
    EXPECT_EQ(accounting.ledger().total.blocks, start.total.blocks);
  }
  const AllocationCounts after = accounting.counts();
  return after.atomic_refused + after.kernel_refused >
         before.atomic_refused + before.kernel_refused;
}

TEST_P(EveryAlgorithm, EveryRefusedAllocationIsSurvived) {
  const Octets key = random_octets(rng, algorithm.key_bytes), message = random_octets(rng, 100);
  Transform& transform = keyed_transform(algorithm, key);
  const std::string expected = hash_hex(transform, message);
  transform_free(&transform);
  for (const bool sticky : {false, true}) {
    std::uint64_t k = 1;
    while (hash_while_failing(algorithm, key, message, expected,
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
    // What a thread costs OpenSSL (its error state) comes with its first operation, not with its
    // first failure, and does not stand on an operation's account.
    Transform& transform = keyed_transform(algorithm, key);
    const std::string expected = hash_hex(transform, message);
    transform_free(&transform);
    for (std::uint64_t k = 1; hash_while_failing(algorithm, key, message, expected, {.kth = k});) {
      ASSERT_LT(++k, 1000u);
    }
    const auto request = static_cast<std::size_t>(Owner::request);
    EXPECT_EQ(accounting.ledger().by_owner[request].bytes, start.by_owner[request].bytes);
  }).join();
  expect_same(accounting.ledger(), start);
}

}  // namespace
}  // namespace tfm
