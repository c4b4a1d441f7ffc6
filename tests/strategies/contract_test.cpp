// SPDX-License-Identifier: MIT
// One contract over every strategy.
#include <gtest/gtest.h>

#include <vector>

#include "strategies/null.hpp"
#include "strategies/onstack_prepared.hpp"
#include "strategies/per_request_key.hpp"
#include "strategies/per_socket_tfm.hpp"
#include "runtime/bytes.hpp"

namespace tfm {
namespace {

template <Strategy S>
std::string mac(S& s, typename S::Socket& socket, Direction d, std::string_view text) {
  Skb skb{nullptr, 0, 0, d, false};
  typename S::Operation op;
  if (failed(s.start(0, socket, skb, op))) return "start failed";
  EXPECT_EQ(s.key(op), Errno::ok);
  std::uint8_t digest[20];
  EXPECT_EQ(hash_init(op.request()), Errno::ok);
  EXPECT_EQ(hash_update(op.request(), {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}), Errno::ok);
  EXPECT_EQ(hash_final(op.request(), digest), Errno::ok);
  s.end(0, op);
  return to_hex(digest);
}

template <class S>
class Contract : public ::testing::Test {};
using All = ::testing::Types<PerSocketTfm, PerRequestKey<KeyForm::raw>, PerRequestKey<KeyForm::prepared>, OnstackPrepared>;
TYPED_TEST_SUITE(Contract, All);

TYPED_TEST(Contract, SignsAsRfc2202Says) {
  const Algorithm* sha1 = find_algorithm("hmac(sha1)", "nettle");
  ASSERT_NE(sha1, nullptr);
  auto s = TypeParam::create({.possible_cpus = 4}).value();
  const std::vector<std::uint8_t> key(20, 0x0b);
  auto socket = s->open(*sha1, {key, key}, 128).value();
  EXPECT_EQ(mac(*s, socket, Direction::tx, "Hi There"), "b617318655057264e28bc0b6fb378c8ef146be00");
  s->close(socket);
}

}  // namespace
}  // namespace tfm
