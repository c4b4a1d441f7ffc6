// SPDX-License-Identifier: MIT
// The contract on keys, over every registered strategy and every algorithm: wrong lengths, failed
// rekeys.
#include "tests/strategies/contract.hpp"

namespace tfm::test {
namespace {

// A key of a length that the algorithm does not take is refused at open or at each packet, and
// gives no result. HMAC takes all lengths.
TYPED_TEST(Contract, AKeyOfTheWrongLengthGivesNothing) {
  if (std::is_same_v<TypeParam, Null> || std::is_same_v<TypeParam, Md5sigPool>)
    GTEST_SKIP() << "it takes no key";
  bool any = false;
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    if (!a->keyed || a->tmpl == Template::hmac) continue;
    any = true;
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const auto wrong = pattern(5, 0);
    auto socket = s->open(*a, {wrong, wrong}, scratch_bytes);
    if (!socket) continue;
    EXPECT_FALSE(operate(*s, *socket, *a, Direction::tx, pattern(94, 1)).has_value());
    s->close(*socket);
  }
  EXPECT_TRUE(any);
}

// HMAC takes keys of any length, and so do its transforms.
TYPED_TEST(Contract, AfterAFailedRekeyTheOldKeyIsGone) {
  if (std::is_same_v<TypeParam, Null> || std::is_same_v<TypeParam, Md5sigPool>)
    GTEST_SKIP() << "it takes no key";
  bool any = false;
  const auto text = pattern(94, 1);
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    if (!a->keyed) continue;
    SCOPED_TRACE(label(*a));
    const auto wrong = pattern(5, 0);
    for (const Direction failing : both) {
      auto s = this->create();
      const KeyPair first(*a, 1), second(*a, 2), third(*a, 3);
      auto socket = s->open(*a, first.keys(), scratch_bytes).value();
      const Direction other = failing == Direction::tx ? Direction::rx : Direction::tx;
      const bool tx_fails = failing == Direction::tx;
      const Keys half{tx_fails ? Bytes(wrong) : second.of(Direction::tx),
                      tx_fails ? second.of(Direction::rx) : Bytes(wrong)};
      const Errno e = s->rekey(socket, half);
      if (failed(e)) {
        any = true;
        EXPECT_EQ(e, Errno::ekeyrejected);
        EXPECT_EQ(shown(operate(*s, socket, *a, failing, text)), "ENOKEY");
      } else {
        EXPECT_EQ(shown(operate(*s, socket, *a, failing, text)),
                  shown(expected<TypeParam>(*a, wrong, text)));
      }
      EXPECT_EQ(shown(operate(*s, socket, *a, other, text)),
                shown(expected<TypeParam>(*a, second.of(other), text)));
      EXPECT_EQ(s->rekey(socket, third.keys()), Errno::ok);
      this->expect_results(*s, socket, *a, third, text);
      s->close(socket);
    }
  }
  EXPECT_TRUE(any);
}

TYPED_TEST(Contract, AfterAFailedRekeyOfOneKeyNeitherDirectionHasIt) {
  const auto text = pattern(94, 1), wrong = pattern(5, 0);
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    if (!a->keyed) continue;
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair first(*a, 1, KeysPerSocket::one), second(*a, 2, KeysPerSocket::one);
    auto socket = s->open(*a, first.keys(), scratch_bytes).value();
    const Errno e = s->rekey(socket, {wrong, wrong, true});
    for (const Direction d : both) {
      EXPECT_EQ(shown(operate(*s, socket, *a, d, text)),
                failed(e) ? "ENOKEY" : shown(expected<TypeParam>(*a, wrong, text)));
    }
    EXPECT_EQ(s->rekey(socket, second.keys()), Errno::ok);
    this->expect_results(*s, socket, *a, second, text);
    s->close(socket);
  }
}

}  // namespace
}  // namespace tfm::test
