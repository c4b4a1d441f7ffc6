// SPDX-License-Identifier: MIT
// Asynchronous hashes over no shash: what 7.x's API hands to a driver, now and when it ends later.
#include <algorithm>
#include <optional>

#include "tests/runtime/ahash_library/support.hpp"

namespace tfm::ahash_library::test {
namespace {

using ahash::page_bytes;
using ahash::sg_init_one;
using ahash::sg_init_table;
using ahash::sg_set_buf;
namespace alg_flag = ahash::alg_flag;

constexpr std::uint32_t block = 16;

/// What the driver read of its requests, and how its operations end.
struct Device {
  std::vector<std::uint8_t> bytes;
  std::uint32_t last = 0;
  std::vector<std::string_view> calls;
  bool later = false;
  Errno ends = Errno::ok;
  std::optional<Errno> outcome;
};
Device device;

/// The request's bytes, as a driver reads them.
std::vector<std::uint8_t> read(const AhashRequest& request, std::uint32_t bytes) {
  std::vector<std::uint8_t> all(bytes);
  if ((request.flags & ahash::virtual_address) != 0) {
    std::copy_n(reinterpret_cast<const std::uint8_t*>(request.source), bytes, all.begin());
  } else {
    ahash::copy_from_list(all.data(), request.source, 0, bytes);
  }
  return all;
}
void take(const AhashRequest& request, std::uint32_t bytes) {
  const auto all = read(request, bytes);
  device.bytes.insert(device.bytes.end(), all.begin(), all.end());
}

Errno end(Errno e) {
  if (!device.later) return e;
  device.outcome = e;
  return Errno::einprogress;
}
/// The driver's interrupt.
void arrive(AhashRequest& request) {
  const Errno e = device.outcome.value();
  device.outcome.reset();
  request.complete(request.data, e);
}

Errno init(AhashRequest&) noexcept {
  device.bytes.clear();
  return Errno::ok;
}
Errno update(AhashRequest& request) noexcept {
  device.calls.emplace_back("update");
  if (failed(device.ends)) return end(device.ends);
  if ((request.tfm().base.alg->flags & alg_flag::block_only) == 0) {
    take(request, request.bytes);
    return end(Errno::ok);
  }
  EXPECT_GE(request.bytes, block);
  take(request, request.bytes / block * block);
  return end(leaves(request.bytes % block));
}
Errno final(AhashRequest&) noexcept {
  device.calls.emplace_back("final");
  return end(Errno::ok);
}
Errno finup(AhashRequest& request) noexcept {
  device.calls.emplace_back("finup");
  device.last = request.bytes;
  take(request, request.bytes);
  return end(device.ends);
}

/// What the user was told.
struct Told {
  unsigned times = 0;
  Errno e = Errno::ok;
};
void tell(void* data, Errno e) {
  auto& told = *static_cast<Told*>(data);
  ++told.times;
  told.e = e;
}

class Driver : public ::testing::Test {
 protected:
  Driver() { device = {}; }
  ~Driver() override {
    if (made_) ahash_exit(tfm());
  }

  void make(std::uint32_t flags) {
    alg_.base.flags = flags;
    alg_.request_bytes = (flags & alg_flag::block_only) != 0 ? block + 1 : 0;
    if (made_) ahash_exit(tfm());
    ASSERT_EQ(ahash_make(*::new (tfm_memory_) Ahash{}, alg_), Errno::ok);
    made_ = true;
    std::fill_n(request_memory_, sizeof request_memory_, std::uint8_t{9});
    auto* const request = ::new (request_memory_) Request{nullptr, &tfm()};
    request_ = static_cast<AhashRequest*>(request->context());
    request_->flags = 0;
    set_callback(*request_, ahash::may_sleep, tell, &told_);
  }
  Ahash& tfm() { return *reinterpret_cast<Ahash*>(tfm_memory_); }
  AhashRequest& request() { return *request_; }
  /// A list of two entries, which meet at `at`.
  Scatterlist* list_of(const std::vector<std::uint8_t>& text, std::size_t begin, std::size_t bytes,
                       std::size_t at) {
    sg_init_table(list_, 2);
    sg_set_buf(list_[0], text.data() + begin, static_cast<std::uint32_t>(at));
    sg_set_buf(list_[1], text.data() + begin + at, static_cast<std::uint32_t>(bytes - at));
    return list_;
  }
  /// The user's callback is in its place again.
  void expect_restored() {
    EXPECT_EQ(request().complete, tell);
    EXPECT_EQ(request().data, &told_);
  }

  AhashAlg alg_{.base = {.block_bytes = block},
                .init = init,
                .update = update,
                .final = final,
                .finup = finup};
  Told told_;
  std::uint8_t result_[64] = {};

 private:
  bool made_ = false;
  Scatterlist list_[2] = {};
  alignas(8) std::uint8_t tfm_memory_[sizeof(Ahash)] = {};
  alignas(8) std::uint8_t request_memory_[152 + block + 1 + 1] = {};
  AhashRequest* request_ = nullptr;
};

using Calls = std::vector<std::string_view>;

// Whole blocks arrive once and in order, whatever the pieces; what the request says of its list is
// the user's again behind each call.
TEST_F(Driver, ThatIsHandedBlocksAlone) {
  for (const std::uint32_t flags : {std::uint32_t{0}, alg_flag::final_nonzero}) {
    make(alg_flag::block_only | flags);
    for (std::uint32_t first = 0; first <= 3 * block; ++first) {
      for (std::uint32_t second = 0; second <= 2 * block + 1; ++second) {
        const auto text = pattern(first + second);
        ASSERT_EQ(ahash_init(request()), Errno::ok);
        Scatterlist* list = list_of(text, 0, first, first / 3);
        set_crypt(request(), list, nullptr, first);
        ASSERT_EQ(ahash_update(request()), Errno::ok);
        ASSERT_EQ(request().source, list);
        ASSERT_EQ(request().bytes, first);
        list = list_of(text, first, second, second / 2);
        set_crypt(request(), list, result_, second);
        ASSERT_EQ(ahash_finup(request()), Errno::ok);
        ASSERT_EQ(request().bytes, second);
        ASSERT_EQ(device.bytes, text) << first << ' ' << second;
        expect_restored();
      }
    }
  }
}

TEST_F(Driver, OfBlocksEndsWithWhatWaited) {
  make(alg_flag::block_only | alg_flag::final_nonzero);
  const auto text = pattern(2 * block);
  ASSERT_EQ(ahash_init(request()), Errno::ok);
  set_crypt(request(), list_of(text, 0, 2 * block, 1), nullptr, 2 * block);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  EXPECT_EQ(device.bytes.size(), block) << "finup needs a byte of the second";
  set_crypt(request(), nullptr, result_, 0);
  ASSERT_EQ(ahash_final(request()), Errno::ok);
  EXPECT_EQ(device.last, block);
  EXPECT_EQ(device.bytes, text);
  EXPECT_EQ(request().source, nullptr);
}

TEST_F(Driver, OfBlocksMayEndLater) {
  make(alg_flag::block_only | alg_flag::async);
  device.later = true;
  const auto text = pattern(2 * block + 3);
  ASSERT_EQ(ahash_init(request()), Errno::ok);
  Scatterlist* list = list_of(text, 0, 5, 2);
  set_crypt(request(), list, nullptr, 5);
  ASSERT_EQ(ahash_update(request()), Errno::ok) << "all of it waits in the API";
  EXPECT_TRUE(device.calls.empty());
  list = list_of(text, 5, block, 1);
  set_crypt(request(), list, nullptr, block);
  ASSERT_EQ(ahash_update(request()), Errno::einprogress);
  EXPECT_EQ(told_.times, 0U);
  arrive(request());
  EXPECT_EQ(told_.times, 1U);
  EXPECT_EQ(told_.e, Errno::ok);
  EXPECT_EQ(request().flags & ahash::may_sleep, 0U) << "an interrupt's";
  EXPECT_EQ(request().source, list);
  expect_restored();
  list = list_of(text, 5 + block, block - 2, 3);
  set_crypt(request(), list, result_, block - 2);
  ASSERT_EQ(ahash_finup(request()), Errno::einprogress);
  arrive(request());
  EXPECT_EQ(told_.times, 2U);
  EXPECT_EQ(request().source, list);
  EXPECT_EQ(request().bytes, block - 2);
  expect_restored();
  EXPECT_EQ(device.bytes, text);
}

TEST_F(Driver, SaysThatARequestLeftItsQueue) {
  make(alg_flag::block_only | alg_flag::async);
  device.later = true;
  const auto text = pattern(block);
  set_crypt(request(), list_of(text, 0, block, 1), nullptr, block);
  ASSERT_EQ(ahash_init(request()), Errno::ok);
  ASSERT_EQ(ahash_update(request()), Errno::einprogress);
  request().complete(request().data, Errno::einprogress);
  EXPECT_EQ(told_.times, 1U);
  EXPECT_EQ(told_.e, Errno::einprogress);
  EXPECT_NE(request().complete, tell) << "the end is to come";
  arrive(request());
  EXPECT_EQ(told_.times, 2U);
  EXPECT_EQ(told_.e, Errno::ok);
}

TEST_F(Driver, OfBlocksTellsItsErrors) {
  make(alg_flag::block_only);
  const auto text = pattern(block + 3);
  ASSERT_EQ(ahash_init(request()), Errno::ok);
  set_crypt(request(), list_of(text, 0, 3, 1), nullptr, 3);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  device.ends = Errno::eproto;
  set_crypt(request(), list_of(text, 3, block, 1), result_, block);
  EXPECT_EQ(ahash_update(request()), Errno::eproto);
  expect_restored();
  EXPECT_EQ(ahash_finup(request()), Errno::eproto);
  expect_restored();
}

TEST_F(Driver, OfBlocksKeepsAnAddresssBytesToo) {
  make(alg_flag::block_only);
  auto text = pattern(block);
  ASSERT_EQ(ahash_init(request()), Errno::ok);
  set_virtual(request(), text.data(), nullptr, block - 1);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  set_crypt(request(), list_of(text, block - 1, 1, 0), result_, 1);
  ASSERT_EQ(ahash_finup(request()), Errno::ok);
  EXPECT_EQ(device.bytes, text);
}

TEST_F(Driver, OfAnyLengthIsHandedTheRequest) {
  make(0);
  const auto text = pattern(21);
  ASSERT_EQ(ahash_init(request()), Errno::ok);
  set_crypt(request(), list_of(text, 0, 3, 1), nullptr, 3);
  ASSERT_EQ(ahash_update(request()), Errno::ok);
  set_crypt(request(), list_of(text, 3, 18, 1), result_, 18);
  ASSERT_EQ(ahash_finup(request()), Errno::ok);
  EXPECT_EQ(device.bytes, text);
  EXPECT_EQ(device.calls, (Calls{"update", "finup"}));
}

TEST_F(Driver, WithoutAFinupUpdatesAndEnds) {
  alg_.finup = nullptr;
  make(alg_flag::async);
  const auto text = pattern(9);
  set_crypt(request(), list_of(text, 0, 9, 4), result_, 9);
  ASSERT_EQ(ahash_finup(request()), Errno::ok);
  EXPECT_EQ(device.calls, (Calls{"update", "final"}));
  expect_restored();
  device.later = true;
  set_crypt(request(), list_of(text, 0, 9, 4), result_, 9);
  ASSERT_EQ(ahash_finup(request()), Errno::einprogress);
  arrive(request());
  EXPECT_EQ(told_.times, 0U) << "final is to come";
  EXPECT_EQ(device.calls, (Calls{"update", "final", "update", "final"}));
  request().complete(request().data, Errno::einprogress);
  EXPECT_EQ(told_.times, 0U) << "final left its queue";
  arrive(request());
  EXPECT_EQ(told_.times, 1U);
  expect_restored();
  device.ends = Errno::eproto;
  device.later = false;
  EXPECT_EQ(ahash_finup(request()), Errno::eproto);
  EXPECT_EQ(device.calls.size(), 5U) << "no final";
  expect_restored();
}

TEST_F(Driver, IsHandedAnAddressIfItTakesOne) {
  make(alg_flag::takes_address);
  auto text = pattern(7);
  set_virtual(request(), text.data(), nullptr, 7);
  EXPECT_EQ(ahash_update(request()), Errno::ok);
  EXPECT_EQ(device.bytes, text);
  alg_.base.flags = 0;
  EXPECT_EQ(ahash_update(request()), Errno::eopnotsupp);
  EXPECT_EQ(device.calls.size(), 1U);
}

TEST_F(Driver, ThatEndsLaterTakesNoRequestOnAStack) {
  make(alg_flag::async);
  request().flags |= on_stack;
  EXPECT_EQ(ahash_init(request()), Errno::eagain);
  EXPECT_EQ(ahash_update(request()), Errno::eagain);
  EXPECT_EQ(ahash_finup(request()), Errno::eagain);
  EXPECT_TRUE(device.calls.empty());
  alg_.base.flags = 0;
  EXPECT_EQ(ahash_init(request()), Errno::ok);
}

TEST_F(Driver, NeedsItsKey) {
  alg_.setkey = [](Ahash&, const std::uint8_t*, std::uint32_t bytes) noexcept {
    return bytes == 4 ? Errno::ok : Errno::ekeyrejected;
  };
  make(0);
  const auto key = pattern(5);
  EXPECT_EQ(ahash_init(request()), Errno::enokey);
  EXPECT_EQ(ahash_setkey(tfm(), key.data(), 4), Errno::ok);
  EXPECT_EQ(ahash_init(request()), Errno::ok);
  EXPECT_EQ(ahash_setkey(tfm(), key.data(), 5), Errno::ekeyrejected);
  EXPECT_EQ(ahash_init(request()), Errno::enokey);
  alg_.base.flags = alg_flag::optional_key;
  EXPECT_EQ(ahash_setkey(tfm(), key.data(), 4), Errno::ok);
  EXPECT_EQ(ahash_setkey(tfm(), key.data(), 5), Errno::ekeyrejected);
  EXPECT_EQ(ahash_init(request()), Errno::ok) << "it can do without";
}

TEST_F(Driver, OfBlocksHasAFinupAndTakesNoAddress) {
  Ahash never{};
  alg_.base.flags = alg_flag::block_only | alg_flag::takes_address;
  EXPECT_EQ(ahash_make(never, alg_), Errno::einval);
  alg_.base.flags = alg_flag::block_only;
  alg_.finup = nullptr;
  EXPECT_EQ(ahash_make(never, alg_), Errno::einval);
}

}  // namespace
}  // namespace tfm::ahash_library::test
