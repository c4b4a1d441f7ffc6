// SPDX-License-Identifier: MIT
// Scatterlists and their walk: page by page, entry by entry, no byte more or less.
#include <algorithm>

#include "tests/runtime/ahash/support.hpp"

namespace tfm::ahash::test {
namespace {

/// What an shash was handed, step by step.
std::vector<std::pair<const std::uint8_t*, std::uint32_t>> steps;

Errno note(ShashDesc&, const std::uint8_t* data, std::uint32_t bytes) noexcept {
  steps.emplace_back(data, bytes);
  return Errno::ok;
}
Errno refuse(ShashDesc&, const std::uint8_t*, std::uint32_t) noexcept { return Errno::eproto; }
std::uint8_t* finished_at = nullptr;
Errno note_last(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                std::uint8_t* out) noexcept {
  finished_at = out;
  return note(desc, data, bytes);
}
Errno note_final(ShashDesc&, std::uint8_t* out) noexcept {
  finished_at = out;
  return Errno::ok;
}

/// A request over an shash that only notes.
class Noted : public ::testing::Test {
 protected:
  Noted() {
    steps.clear();
    finished_at = nullptr;
    alg_.update = note;
    alg_.finup = note_last;
    alg_.final = note_final;
    EXPECT_EQ(ahash_make(tfm(), alg_, Gfp::kernel, Owner::shared), Errno::ok);
    request_ = ::new (request_memory_) Request{nullptr, &tfm()};
    set_callback(request(), 0, nullptr, nullptr);
    EXPECT_EQ(ahash_init(request()), Errno::ok);
  }
  ~Noted() override { ahash_exit(tfm()); }

  Ahash& tfm() { return *reinterpret_cast<Ahash*>(tfm_memory_); }
  AhashRequest& request() { return of(*request_); }

  ShashAlg alg_{.descriptor_bytes = 8, .init = [](ShashDesc&) noexcept { return Errno::ok; }};
  Pages pages_{4};
  std::uint8_t result_[64] = {};

 private:
  alignas(8) std::uint8_t tfm_memory_[sizeof(Ahash)] = {};
  alignas(8) std::uint8_t request_memory_[256] = {};
  Request* request_;
};

TEST_F(Noted, ABufferWithinAPageIsOneStep) {
  Scatterlist one;
  sg_init_one(one, pages_.at(100), 60);
  EXPECT_TRUE(one.is_last());
  EXPECT_EQ(sg_next(&one), nullptr);
  EXPECT_EQ(one.offset, 100U);
  EXPECT_EQ(address_of(one.page()), pages_.at(0));
  set_crypt(request(), &one, nullptr, 60);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  EXPECT_EQ(steps, (decltype(steps){{pages_.at(100), 60}}));
}

TEST_F(Noted, ABufferOverPageEndsIsCutThere) {
  Scatterlist one;
  sg_init_one(one, pages_.at(page_bytes - 5), 5 + page_bytes + 7);
  set_crypt(request(), &one, nullptr, 5 + page_bytes + 7);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  EXPECT_EQ(steps, (decltype(steps){{pages_.at(page_bytes - 5), 5},
                                    {pages_.at(page_bytes), page_bytes},
                                    {pages_.at(2 * page_bytes), 7}}));
}

TEST_F(Noted, ABufferThatEndsWithItsPageIsNotCut) {
  Scatterlist one;
  sg_init_one(one, pages_.at(page_bytes - 64), 64);
  set_crypt(request(), &one, nullptr, 64);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  EXPECT_EQ(steps, (decltype(steps){{pages_.at(page_bytes - 64), 64}}));
}

// An offset beyond the entry's first page, as sg_set_page() allows.
TEST_F(Noted, AnOffsetOfPagesIsFollowed) {
  Scatterlist one;
  sg_init_one(one, pages_.at(0), 10);
  one.offset = page_bytes + 3;
  set_crypt(request(), &one, nullptr, 10);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  EXPECT_EQ(steps, (decltype(steps){{pages_.at(page_bytes + 3), 10}}));
}

TEST_F(Noted, EntriesAreTakenInOrderUpToTheRequestsBytes) {
  Scatterlist list[3];
  sg_init_table(list, 3);
  sg_set_buf(list[0], pages_.at(3 * page_bytes), 20);
  sg_set_buf(list[1], pages_.at(7), 30);
  sg_set_buf(list[2], pages_.at(page_bytes), 40);
  EXPECT_FALSE(list[0].is_last());
  EXPECT_TRUE(list[2].is_last());
  set_crypt(request(), list, nullptr, 20 + 30 + 11);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  EXPECT_EQ(steps,
            (decltype(steps){
                {pages_.at(3 * page_bytes), 20}, {pages_.at(7), 30}, {pages_.at(page_bytes), 11}}));
}

TEST_F(Noted, AListGoesOnWhereAChainSays) {
  Scatterlist rest[2], list[2];
  sg_init_table(rest, 2);
  sg_set_buf(rest[0], pages_.at(7), 30);
  sg_set_buf(rest[1], pages_.at(page_bytes), 40);
  sg_init_table(list, 2);
  sg_set_buf(list[0], pages_.at(3 * page_bytes), 20);
  sg_chain(list, 2, rest);
  EXPECT_FALSE(list[1].is_last());
  EXPECT_EQ(sg_next(&list[0]), &rest[0]);
  set_crypt(request(), list, nullptr, 20 + 30 + 11);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  EXPECT_EQ(steps,
            (decltype(steps){
                {pages_.at(3 * page_bytes), 20}, {pages_.at(7), 30}, {pages_.at(page_bytes), 11}}));
  sg_mark_end(list[1]);
  EXPECT_FALSE(list[1].is_chain());
  EXPECT_TRUE(list[1].is_last());
}

TEST_F(Noted, NoBytesAreNoStep) {
  set_crypt(request(), nullptr, nullptr, 0);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  EXPECT_TRUE(steps.empty());
}

TEST_F(Noted, AnErrorEndsTheWalk) {
  alg_.update = refuse;
  Scatterlist one;
  sg_init_one(one, pages_.at(page_bytes - 5), 10);
  set_crypt(request(), &one, nullptr, 10);
  EXPECT_EQ(ahash_update(request()), Errno::eproto);
}

TEST_F(Noted, FinupFinishesInItsLastStep) {
  Scatterlist one;
  sg_init_one(one, pages_.at(page_bytes - 5), 10);
  set_crypt(request(), &one, result_, 10);
  ASSERT_EQ(ahash_finup(request()), Errno::ok);
  EXPECT_EQ(steps, (decltype(steps){{pages_.at(page_bytes - 5), 5}, {pages_.at(page_bytes), 5}}));
  EXPECT_EQ(finished_at, result_);
}

TEST_F(Noted, FinupWithoutBytesFinishes) {
  set_crypt(request(), nullptr, result_, 0);
  ASSERT_EQ(ahash_finup(request()), Errno::ok);
  EXPECT_TRUE(steps.empty());
  EXPECT_EQ(finished_at, result_);
}

// Any part of a list of pieces, among them one of more than a page.
TEST(Scatterlists, AreCopiedFromAnyPlace) {
  const Pages pages(4);
  const auto text = pattern(3 * page_bytes);
  std::copy(text.begin(), text.end(), pages.at(page_bytes - 9));
  Scatterlist list[3];
  sg_init_table(list, 3);
  sg_set_buf(list[0], pages.at(page_bytes - 9), 4);
  sg_set_buf(list[1], pages.at(page_bytes - 5), 2 * page_bytes);
  sg_set_buf(list[2], pages.at(3 * page_bytes - 5), 30);
  const std::uint32_t all = 4 + 2 * page_bytes + 30;
  for (const std::uint32_t start : {0, 1, 4, 5, 4000, 4 + 2 * 4096, 4 + 2 * 4096 + 7}) {
    for (const std::uint32_t bytes : {std::uint32_t{0}, std::uint32_t{1}, all - start}) {
      std::vector<std::uint8_t> copied(bytes + 1, 0x5a), expected(copied);
      std::copy_n(text.begin() + start, bytes, expected.begin());
      copy_from_list(copied.data(), list, start, bytes);
      ASSERT_EQ(copied, expected) << bytes << " bytes from " << start;
    }
  }
  copy_from_list(nullptr, nullptr, 0, 0);
}

// The kernel's image lies above the direct map: what is there is found by another base.
TEST(Scatterlists, HaveThePagesOfTheImageToo) {
  const std::uintptr_t bytes = 5 * page_bytes + 3;
  EXPECT_EQ(page_of(reinterpret_cast<const void*>(image_begin + bytes)),
            struct_pages_begin + (image_loaded_at / page_bytes + 5) * struct_page_bytes);
  EXPECT_EQ(page_of(reinterpret_cast<const void*>(direct_map_begin + bytes)),
            struct_pages_begin + 5 * struct_page_bytes);
}

TEST(ScatterlistsDeathTest, NeedStructPagesThatLeaveRoomForFlags) {
  const std::uintptr_t before = struct_pages_begin;
  struct_pages_begin += 1;
  Scatterlist one;
  EXPECT_DEATH(sg_init_one(one, &one, 1), "");
  struct_pages_begin = before;
}

/// A request on a driver that is over no shash.
class OnDriver : public ::testing::Test {
 protected:
  template <unsigned number>
  static Errno call(AhashRequest&) noexcept {
    called = number;
    return Errno::eproto;
  }
  OnDriver() {
    alg_.setkey = [](Ahash&, const std::uint8_t*, std::uint32_t bytes) noexcept {
      return bytes == 4 ? Errno::ok : Errno::ekeyrejected;
    };
    EXPECT_EQ(ahash_make(tfm(), alg_), Errno::ok);
    request_ = ::new (request_memory_) Request{nullptr, &tfm()};
  }
  ~OnDriver() override { ahash_exit(tfm()); }
  Ahash& tfm() { return *reinterpret_cast<Ahash*>(tfm_memory_); }
  AhashRequest& request() { return of(*request_); }

  static inline unsigned called = 0;
  AhashAlg alg_{.init = call<1>, .update = call<2>, .final = call<3>, .finup = call<4>};

 private:
  alignas(8) std::uint8_t tfm_memory_[sizeof(Ahash)] = {};
  alignas(8) std::uint8_t request_memory_[80] = {};
  Request* request_;
};

TEST_F(OnDriver, CallsItsTable) {
  const auto key = pattern(5);
  EXPECT_EQ(ahash_init(request()), Errno::enokey);
  EXPECT_EQ(ahash_setkey(tfm(), key.data(), 4), Errno::ok);
  EXPECT_EQ(ahash_init(request()), Errno::eproto);
  EXPECT_EQ(called, 1U);
  EXPECT_EQ(ahash_update(request()), Errno::eproto);
  EXPECT_EQ(called, 2U);
  EXPECT_EQ(ahash_final(request()), Errno::eproto);
  EXPECT_EQ(called, 3U);
  EXPECT_EQ(ahash_finup(request()), Errno::eproto);
  EXPECT_EQ(called, 4U);
  EXPECT_EQ(ahash_setkey(tfm(), key.data(), 5), Errno::ekeyrejected);
  EXPECT_EQ(ahash_init(request()), Errno::enokey);
}

// Every length around the ends of blocks, across a page's end, through the whole stack of calls.
TEST(Walk, DigestsOverPageEndsAreTheFlatOnes) {
  const Pages pages(2);
  const auto key = pattern(20);
  for (const Algorithm* a : algorithms(Api::ahash)) {
    const Bytes own_key = Bytes(key).first(a->keyed ? std::min<std::size_t>(a->key_bytes, 20) : 0);
    const auto request = KeyedRequest::create(*a, own_key).value();
    for (std::size_t bytes = 0; bytes <= 260; ++bytes) {
      const auto text = pattern(bytes);
      std::uint8_t* const at = pages.at(page_bytes - bytes / 2);
      std::copy(text.begin(), text.end(), at);
      std::vector<std::uint8_t> digest(a->digest_bytes), in_one(a->digest_bytes);
      ASSERT_EQ(hash_init(*request), Errno::ok);
      ASSERT_EQ(hash_update(*request, {at, bytes}), Errno::ok);
      ASSERT_EQ(hash_final(*request, digest), Errno::ok);
      ASSERT_EQ(hash_init(*request), Errno::ok);
      Scatterlist list;
      sg_init_one(list, at, static_cast<std::uint32_t>(bytes));
      set_crypt(of(request), &list, in_one.data(), static_cast<std::uint32_t>(bytes));
      ASSERT_EQ(ahash_finup(of(request)), Errno::ok);
      const auto expected = flat_digest(*a, own_key, text);
      ASSERT_EQ(digest, expected) << a->name << ' ' << bytes;
      ASSERT_EQ(in_one, expected) << a->name << ' ' << bytes;
    }
  }
}

// Pieces of every length at every alignment: cmac's waiting block, what waits for a block to fill.
TEST(Walk, DigestsOfUnalignedPiecesAreTheFlatOnes) {
  const auto key = pattern(20);
  const auto text = pattern(300);
  for (const Algorithm* a : of_the_kernels()) {
    const Bytes own_key = Bytes(key).first(a->keyed ? std::min<std::size_t>(a->key_bytes, 20) : 0);
    const auto request = KeyedRequest::create(*a, own_key).value();
    const auto expected = flat_digest(*a, own_key, text);
    for (std::size_t piece = 1; piece <= 140; ++piece) {
      std::vector<std::uint8_t> digest(a->digest_bytes);
      ASSERT_EQ(hash_init(*request), Errno::ok);
      for (std::size_t at = 0; at < text.size(); at += piece) {
        const std::size_t bytes = std::min(piece, text.size() - at);
        ASSERT_EQ(hash_update(*request, Bytes(text).subspan(at, bytes)), Errno::ok);
      }
      ASSERT_EQ(hash_final(*request, digest), Errno::ok);
      ASSERT_EQ(digest, expected) << a->name << ' ' << piece;
    }
  }
}

}  // namespace
}  // namespace tfm::ahash::test
