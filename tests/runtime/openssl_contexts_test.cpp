// SPDX-License-Identifier: MIT
// Library contexts per thread: which thread has which, that what one thread makes works in another,
// and that a refusal leaves nothing behind.
#include "runtime/openssl_contexts.hpp"

#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <array>
#include <optional>
#include <thread>

#include "runtime/accounting.hpp"
#include "runtime/keyed_request.hpp"
#include "runtime/providers/openssl_fetched.hpp"

namespace tfm {
namespace {

template <class F>
auto on_a_thread(F f) {
  decltype(f()) result;
  std::thread([&] { result = f(); }).join();
  return result;
}

/// A thread that begins in this scope has its own context.
class OpensslContextsTest : public ::testing::Test {
 protected:
  OpensslContextsTest() {
    EXPECT_EQ(providers_init(), Errno::ok);
    shared_ = openssl_fetched();
    openssl_use(OpensslContexts::percpu);
  }
  ~OpensslContextsTest() override { openssl_use(OpensslContexts::shared); }

  const OpensslFetched* shared_ = nullptr;
};

using Mac = std::array<std::uint8_t, 20>;

Mac mac_of(Request& request) {
  Mac mac{};
  const std::array<std::uint8_t, 100> text{0x74};
  EXPECT_EQ(hash_init(request), Errno::ok);
  EXPECT_EQ(hash_update(request, text), Errno::ok);
  EXPECT_EQ(hash_final(request, mac), Errno::ok);
  return mac;
}

KeyedRequest keyed(const char* provider = "openssl") {
  const std::array<std::uint8_t, 20> key{0x6b};
  return std::move(*KeyedRequest::create(*find_algorithm("hmac(sha1)", provider), key));
}

TEST_F(OpensslContextsTest, AThreadHasItsOwnContext) {
  const OpensslFetched *outer = nullptr, *inner = nullptr;
  std::thread([&] {
    outer = openssl_fetched();
    inner = on_a_thread([] { return openssl_fetched(); });
    EXPECT_EQ(openssl_fetched(), outer);
  }).join();
  ASSERT_NE(outer, nullptr);
  ASSERT_NE(inner, nullptr);
  EXPECT_NE(outer, inner);
  EXPECT_NE(outer, shared_);
  EXPECT_NE(inner, shared_);
  EXPECT_NE(outer->md5, inner->md5) << "or they would still share the count";
}

TEST_F(OpensslContextsTest, AThreadThatEndsLeavesItsContextToALaterOne) {
  const OpensslFetched* const first = on_a_thread([] { return openssl_fetched(); });
  const Ledger before = gfp_accounting()->ledger();
  EXPECT_EQ(on_a_thread([] { return openssl_fetched(); }), first);
  EXPECT_EQ(gfp_accounting()->ledger(), before);
}

TEST_F(OpensslContextsTest, SharedMeansOneForAllThreads) {
  openssl_use(OpensslContexts::shared);
  EXPECT_EQ(on_a_thread([] { return openssl_fetched(); }), shared_);
}

TEST_F(OpensslContextsTest, WhatOneThreadMakesAnotherMayUse) {
  KeyedRequest nettle = keyed("nettle");
  const Mac expected = mac_of(*nettle);
  KeyedRequest ours = keyed();
  EXPECT_EQ(on_a_thread([&] { return mac_of(*ours); }), expected);
  std::optional<KeyedRequest> theirs;
  std::thread([&] { theirs.emplace(keyed()); }).join();
  EXPECT_EQ(mac_of(**theirs), expected) << "its thread is gone, its context is not";
}

/// Runs f() while this thread and a waiting one hold the contexts. None is left for other threads.
template <class F>
void with_all_contexts_taken(F f) {
  on_a_thread([&] {
    EXPECT_NE(openssl_fetched(), nullptr);
    return on_a_thread([&] {
      EXPECT_NE(openssl_fetched(), nullptr);
      f();
      return true;
    });
  });
}

/// What openssl_fetch() returns in a thread if the k-th allocation for its context and all later
/// ones are refused.
Errno refused_from(std::uint64_t kth) {
  return on_a_thread([&] {
    gfp_accounting()->set_faults({.kth = kth, .sticky = true, .also_kernel = true});
    const Errno e = openssl_fetch();
    gfp_accounting()->clear_faults();
    EXPECT_EQ(openssl_own_fetched == nullptr, failed(e));
    return e;
  });
}

/// The number of allocations of OSSL_LIB_CTX_new(). If a later one of them is refused, this
/// function itself leaks up to 874 bytes (OpenSSL 3.0).
std::uint64_t allocations_of_a_context() {
  return on_a_thread([] {
    const auto count = [] {
      const AllocationCounts counts = gfp_accounting()->counts();
      return counts.atomic + counts.kernel;
    };
    const std::uint64_t before = count();
    OSSL_LIB_CTX* context = OSSL_LIB_CTX_new();
    const std::uint64_t after = count();
    OSSL_LIB_CTX_free(context);
    return after - before;
  });
}

// OpenSSL keeps memory of its own after its first failures. A first sweep makes it, so it does not
// count below.
TEST_F(OpensslContextsTest, ARefusalLeavesNothingBehind) {
  with_all_contexts_taken([] {
    EXPECT_EQ(refused_from(1), Errno::enomem);
    const std::uint64_t first = allocations_of_a_context() + 16;  // a thread makes some too
    std::uint64_t granted = first;
    while (failed(refused_from(granted))) granted += 1 + granted / 8;
    EXPECT_GT(granted, 4 * first);
    on_a_thread([&] {
      EXPECT_NE(openssl_fetched(), nullptr);  // takes the context that the sweep has made
      for (std::uint64_t kth = first; kth < granted / 2; kth += 1 + kth / 8) {
        const Ledger before = gfp_accounting()->ledger();
        EXPECT_EQ(refused_from(kth), Errno::enomem) << kth;
        EXPECT_EQ(gfp_accounting()->ledger().total, before.total) << kth;
      }
      return true;
    });
  });
}

}  // namespace
}  // namespace tfm
