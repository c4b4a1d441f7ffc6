// SPDX-License-Identifier: MIT
// 7.x's ahash layer: what an shash is handed of scatterlists and of addresses, and when.
#include <algorithm>

#include "tests/runtime/ahash_library/support.hpp"

namespace tfm::ahash_library::test {
namespace {

using ahash::page_bytes;
using ahash::sg_init_one;

/// What an shash was handed, step by step, and where it finished.
std::vector<std::pair<const std::uint8_t*, std::uint32_t>> steps;
std::uint8_t* finished_at = nullptr;

Errno note(ShashDesc&, const std::uint8_t* data, std::uint32_t bytes) noexcept {
  steps.emplace_back(data, bytes);
  return Errno::ok;
}
Errno refuse(ShashDesc&, const std::uint8_t*, std::uint32_t) noexcept { return Errno::eproto; }
Errno note_final(ShashDesc&, std::uint8_t* out) noexcept {
  finished_at = out;
  return Errno::ok;
}
using Steps = decltype(steps);

/// A request over an shash that only notes.
class Noted : public ::testing::Test {
 protected:
  Noted() {
    steps.clear();
    finished_at = nullptr;
    EXPECT_EQ(ahash_make(tfm(), alg_, Gfp::kernel, Owner::shared), Errno::ok);
    auto* const request = ::new (request_memory_) Request{nullptr, &tfm()};
    request_ = static_cast<AhashRequest*>(request->context());
    set_callback(*request_, 0, nullptr, nullptr);
    EXPECT_EQ(ahash_init(*request_), Errno::ok);
  }
  ~Noted() override { ahash_exit(tfm()); }

  Ahash& tfm() { return *reinterpret_cast<Ahash*>(tfm_memory_); }
  AhashRequest& request() { return *request_; }

  ShashAlg alg_{.descriptor_bytes = 8,
                .init = [](ShashDesc&) noexcept { return Errno::ok; },
                .update = note,
                .final = note_final};
  Pages pages_{3};
  std::uint8_t result_[64] = {};

 private:
  alignas(8) std::uint8_t tfm_memory_[sizeof(Ahash)] = {};
  alignas(8) std::uint8_t request_memory_[256] = {};
  AhashRequest* request_;
};

TEST_F(Noted, AScatterlistIsWalkedPageByPage) {
  Scatterlist one;
  sg_init_one(one, pages_.at(page_bytes - 5), 5 + page_bytes + 7);
  set_crypt(request(), &one, nullptr, 5 + page_bytes + 7);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  EXPECT_EQ(steps, (Steps{{pages_.at(page_bytes - 5), 5},
                          {pages_.at(page_bytes), page_bytes},
                          {pages_.at(2 * page_bytes), 7}}));
}

TEST_F(Noted, AnAddressIsOneStepOverPageEnds) {
  set_virtual(request(), pages_.at(page_bytes - 5), nullptr, 5 + page_bytes + 7);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  EXPECT_EQ(steps, (Steps{{pages_.at(page_bytes - 5), 5 + page_bytes + 7}}));
}

TEST_F(Noted, AScatterlistTakesAnAddresssPlace) {
  set_virtual(request(), pages_.at(0), nullptr, 9);
  Scatterlist one;
  sg_init_one(one, pages_.at(100), 60);
  set_crypt(request(), &one, nullptr, 60);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  EXPECT_EQ(steps, (Steps{{pages_.at(100), 60}}));
}

TEST_F(Noted, ACallbacksFlagsAreNotTheRequestsOwn) {
  set_virtual(request(), pages_.at(0), nullptr, 9);
  set_callback(request(), ahash::may_sleep, nullptr, nullptr);
  EXPECT_EQ(request().flags, ahash::may_sleep | ahash::virtual_address) << "it keeps its address";
  set_crypt(request(), nullptr, nullptr, 0);
  set_callback(request(), own_flags, nullptr, nullptr);
  EXPECT_EQ(request().flags, 0U) << "a user cannot set them";
}

TEST_F(Noted, FinalHashesNothingMore) {
  set_crypt(request(), nullptr, result_, 30);
  ASSERT_EQ(ahash_final(request()), Errno::ok);
  EXPECT_EQ(steps, (Steps{{nullptr, 0}})) << "the default finup updates with no bytes";
  EXPECT_EQ(finished_at, result_);
}

TEST_F(Noted, FinupFinishesInItsLastStep) {
  Scatterlist one;
  sg_init_one(one, pages_.at(page_bytes - 5), 10);
  set_crypt(request(), &one, result_, 10);
  ASSERT_EQ(ahash_finup(request()), Errno::ok);
  EXPECT_EQ(steps, (Steps{{pages_.at(page_bytes - 5), 5}, {pages_.at(page_bytes), 5}}));
  EXPECT_EQ(finished_at, result_);
}

TEST_F(Noted, AnErrorEndsTheWalk) {
  alg_.update = refuse;
  Scatterlist one;
  sg_init_one(one, pages_.at(page_bytes - 5), 10);
  set_crypt(request(), &one, result_, 10);
  EXPECT_EQ(ahash_update(request()), Errno::eproto);
  EXPECT_EQ(ahash_finup(request()), Errno::eproto);
  EXPECT_EQ(finished_at, nullptr);
}

// Every length around the ends of blocks, across a page's end, in each form that a request may
// have.
TEST(Walk, DigestsOverPageEndsAreTheFlatOnes) {
  const Pages pages(2);
  const auto key = pattern(20);
  for (const Algorithm* a : algorithms(Api::ahash_library)) {
    const Bytes own_key = Bytes(key).first(a->keyed ? std::min<std::size_t>(a->key_bytes, 20) : 0);
    const auto request = KeyedRequest::create(*a, own_key).value();
    for (std::size_t length = 0; length <= 260; ++length) {
      const auto text = pattern(length);
      const auto bytes = static_cast<std::uint32_t>(length);
      std::uint8_t* const at = pages.at(page_bytes - length / 2);
      std::copy(text.begin(), text.end(), at);
      std::vector<std::uint8_t> pieces(a->digest_bytes), list(a->digest_bytes),
          address(a->digest_bytes);
      ASSERT_EQ(hash_init(*request), Errno::ok);
      ASSERT_EQ(hash_update(*request, {at, length}), Errno::ok);
      ASSERT_EQ(hash_final(*request, pieces), Errno::ok);
      ASSERT_EQ(hash_init(*request), Errno::ok);
      Scatterlist one;
      sg_init_one(one, at, bytes);
      set_crypt(of(request), &one, list.data(), bytes);
      ASSERT_EQ(ahash_finup(of(request)), Errno::ok);
      ASSERT_EQ(hash_init(*request), Errno::ok);
      set_virtual(of(request), at, address.data(), bytes);
      ASSERT_EQ(ahash_finup(of(request)), Errno::ok);
      const auto expected = flat_digest(*a, own_key, text);
      ASSERT_EQ(pieces, expected) << a->name << ' ' << length;
      ASSERT_EQ(list, expected) << a->name << ' ' << length;
      ASSERT_EQ(address, expected) << a->name << ' ' << length;
    }
  }
}

}  // namespace
}  // namespace tfm::ahash_library::test
