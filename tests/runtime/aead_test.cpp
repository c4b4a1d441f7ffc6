// SPDX-License-Identifier: MIT
// What only AEAD has: refused lengths, tags of several lengths, forgeries and what they leave
// behind.
#include <gtest/gtest.h>

#include "runtime/accounting.hpp"
#include "runtime/bytes.hpp"
#include "runtime/keyed_request.hpp"
#include "tests/runtime/operation.hpp"

namespace tfm {
namespace {

using test::Octets;

constexpr std::size_t tag_bytes = 16;

Octets octets(std::size_t length, unsigned first) {
  Octets all(length);
  for (std::size_t i = 0; i < length; ++i) all[i] = static_cast<std::uint8_t>(first + 7 * i);
  return all;
}

std::vector<const Algorithm*> aead_algorithms() {
  std::vector<const Algorithm*> all;
  for (const Algorithm* a : algorithms()) {
    if (a->family == Family::aead) all.push_back(a);
  }
  return all;
}

class EveryAead : public ::testing::TestWithParam<const Algorithm*> {
 protected:
  const Algorithm& algorithm = *GetParam();
  const bool ccm = algorithm.name == "ccm(aes128)";
  KeyedRequest keyed = KeyedRequest::create(algorithm, octets(algorithm.key_bytes, 1)).value();
  Request& request = *keyed;
  const Octets nonce = octets(algorithm.nonce_bytes, 2), associated = octets(20, 3);
};
INSTANTIATE_TEST_SUITE_P(Providers, EveryAead, ::testing::ValuesIn(aead_algorithms()),
                         [](const ::testing::TestParamInfo<const Algorithm*>& info) {
                           std::string s = std::string(info.param->provider) + "_" +
                                           std::string(info.param->name);
                           std::erase_if(s, [](char c) { return c == '(' || c == ')'; });
                           return s;
                         });

TEST_P(EveryAead, RefusesNoncesAndTagsOfOtherLengths) {
  Octets text = octets(40, 4);
  for (std::size_t length = 0; length <= 32; ++length) {
    const bool nonce_fits = ccm ? length >= 7 && length <= 13 : length == 12;
    const bool tag_fits = ccm ? length >= 4 && length <= 16 && length % 2 == 0 : length == 16;
    const Octets n = octets(length, 5);
    Octets tag(length), whole(tag_bytes);
    const AeadText of_nonce{n, associated, text, text.data()};
    const AeadText of_tag{nonce, associated, text, text.data()};
    EXPECT_EQ(aead_encrypt(request, of_nonce, whole), nonce_fits ? Errno::ok : Errno::einval);
    EXPECT_EQ(aead_decrypt(request, of_nonce, whole), nonce_fits ? Errno::ok : Errno::einval);
    EXPECT_EQ(aead_encrypt(request, of_tag, tag), tag_fits ? Errno::ok : Errno::einval);
    EXPECT_EQ(aead_decrypt(request, of_tag, tag), tag_fits ? Errno::ok : Errno::einval);
  }
  EXPECT_EQ(text, octets(40, 4)) << "what was encrypted was decrypted again";
}

// CCM with a nonce of 13 bytes has two bytes for the length of the text.
TEST_P(EveryAead, TakesTextsUpToTheLimitOfTheLengthField) {
  for (const std::size_t bytes : {65535, 65536}) {
    Octets text(bytes), tag(tag_bytes);
    const Errno expected = ccm && bytes > 65535 ? Errno::einval : Errno::ok;
    const AeadText whole{nonce, {}, text, text.data()};
    EXPECT_EQ(aead_encrypt(request, whole, tag), expected);
    EXPECT_EQ(aead_decrypt(request, whole, tag), expected);
  }
}

// Null pointers: no associated data and no text. Empty data is authenticated too.
TEST_P(EveryAead, EmptyDataHasATag) {
  Octets tag(tag_bytes);
  const AeadText nothing{nonce, {}, {}, nullptr};
  ASSERT_EQ(aead_encrypt(request, nothing, tag), Errno::ok);
  EXPECT_EQ(aead_decrypt(request, nothing, tag), Errno::ok);
  for (std::size_t at = 0; at < tag_bytes; ++at) {
    tag[at] ^= 1;
    EXPECT_EQ(aead_decrypt(request, nothing, tag), Errno::ebadmsg) << at;
    tag[at] ^= 1;
  }
  EXPECT_EQ(aead_decrypt(request, {nonce, associated, {}, nullptr}, tag), Errno::ebadmsg);
  EXPECT_EQ(aead_decrypt(request, nothing, tag), Errno::ok);
}

// CCM authenticates the length of the tag: a shorter tag is refused, even if its bytes are right.
TEST_P(EveryAead, RefusesTheTagOfAnotherKeyAndAShorterTag) {
  const Octets text = octets(40, 4);
  Octets cipher(text.size()), back(text.size()), tag(tag_bytes);
  ASSERT_EQ(aead_encrypt(request, {nonce, associated, text, cipher.data()}, tag), Errno::ok);
  const AeadText sealed{nonce, associated, cipher, back.data()};
  EXPECT_EQ(aead_decrypt(request, sealed, Bytes(tag).first(8)),
            ccm ? Errno::ebadmsg : Errno::einval);
  ASSERT_EQ(keyed.rekey(octets(algorithm.key_bytes, 9)), Errno::ok);
  EXPECT_EQ(aead_decrypt(request, sealed, tag), Errno::ebadmsg);
  ASSERT_EQ(keyed.rekey(octets(algorithm.key_bytes, 1)), Errno::ok);
  EXPECT_EQ(aead_decrypt(request, sealed, tag), Errno::ok);
  EXPECT_EQ(back, text);
}

// Every pair of lengths that CCM has. In this order each operation finds a transform that was last
// used in the other direction or for other lengths.
TEST(Ccm, ProvidersAgreeForAllLengths) {
  std::vector<KeyedRequest> requests;
  for (const Algorithm* a : aead_algorithms()) {
    if (a->name == "ccm(aes128)")
      requests.push_back(KeyedRequest::create(*a, octets(16, 1)).value());
  }
  ASSERT_EQ(requests.size(), 2U);
  for (std::size_t nonce_bytes = 7; nonce_bytes <= 13; ++nonce_bytes) {
    for (std::size_t length = 4; length <= 16; length += 2) {
      SCOPED_TRACE(testing::Message() << "nonce " << nonce_bytes << ", tag " << length);
      const Octets nonce = octets(nonce_bytes, 2), associated = octets(length, 3);
      const Octets text = octets(5 * length, 4);
      std::vector<Octets> sealed;
      for (KeyedRequest& r : requests) {
        Octets cipher(text.size()), tag(length);
        ASSERT_EQ(aead_encrypt(*r, {nonce, associated, text, cipher.data()}, tag), Errno::ok);
        ASSERT_EQ(aead_decrypt(*r, {nonce, associated, cipher, cipher.data()}, tag), Errno::ok);
        EXPECT_EQ(cipher, text);
        ASSERT_EQ(aead_encrypt(*r, {nonce, associated, text, cipher.data()}, tag), Errno::ok);
        cipher.insert(cipher.end(), tag.begin(), tag.end());
        sealed.push_back(cipher);
      }
      EXPECT_EQ(sealed[0], sealed[1]);
    }
  }
}

// OpenSSL raises errors for some forgeries, and an error would keep memory.
TEST_P(EveryAead, AForgeryLeavesNothingBehind) {
  Octets text = octets(40, 4), tag(tag_bytes);
  const AeadText whole{nonce, associated, text, text.data()};
  const auto forged = [&] {
    for (int i = 0; i < 20; ++i) {
      const Errno e = aead_decrypt(request, whole, tag);
      if (e != Errno::ebadmsg) return e;
    }
    return Errno::ebadmsg;
  };
  EXPECT_EQ(forged(), Errno::ebadmsg);
  Accounting& accounting = *gfp_accounting();
  const Ledger before = accounting.ledger();
  EXPECT_EQ(forged(), Errno::ebadmsg);
  accounting.set_faults({.kth = 1, .sticky = true, .also_kernel = true});
  EXPECT_EQ(forged(), Errno::ebadmsg) << "also without any memory";
  accounting.clear_faults();
  const Ledger after = accounting.ledger();
  for (std::size_t o = 0; o < owner_count; ++o) {
    EXPECT_EQ(after.by_owner[o].bytes, before.by_owner[o].bytes) << owner_names[o];
    EXPECT_EQ(after.by_owner[o].blocks, before.by_owner[o].blocks) << owner_names[o];
  }
  ASSERT_EQ(aead_encrypt(request, whole, tag), Errno::ok);
  EXPECT_EQ(aead_decrypt(request, whole, tag), Errno::ok);
}

// So if a decryption fails while there is no memory, the tag is the reason.
TEST_P(EveryAead, DecryptsWithoutAnyMemory) {
  const Octets text = octets(40, 4);
  Octets cipher(text.size()), back(text.size()), tag(tag_bytes);
  ASSERT_EQ(aead_encrypt(request, {nonce, associated, text, cipher.data()}, tag), Errno::ok);
  const AeadText sealed{nonce, associated, cipher, back.data()};
  ASSERT_EQ(aead_decrypt(request, sealed, tag), Errno::ok);  // EVP's CCM is keyed for one way
  Accounting& accounting = *gfp_accounting();
  accounting.set_faults({.kth = 1, .sticky = true, .also_kernel = true});
  const Errno e = aead_decrypt(request, sealed, tag);
  accounting.clear_faults();
  EXPECT_EQ(e, Errno::ok);
  EXPECT_EQ(back, text);
}

}  // namespace
}  // namespace tfm
