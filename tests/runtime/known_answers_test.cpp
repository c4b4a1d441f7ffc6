// SPDX-License-Identifier: MIT
// What check_known_answers() must notice. Each test breaks a copy of a correct algorithm.
#include "runtime/known_answers.hpp"

#include <gtest/gtest.h>

namespace tfm {
namespace {

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
TEST(KnownAnswers, ToHaveNoneIsAFailure) {
  EXPECT_NE(broken([](Algorithm& a) { a.name = "hmac(none)"; }).find("no known answer"),
            std::string::npos);
}

// The same for compression.
TEST(KnownCompression, AWrongByteEitherWayIsNoticed) {
  static const Algorithm& deflate = *find_algorithm("deflate", "zlib");
  Algorithm a = deflate;
  a.decompress = [](void* r, void* t, Bytes from, MutableBytes& to) noexcept {
    const Errno e = deflate.decompress(r, t, from, to);
    to.back() ^= 1;
    return e;
  };
  EXPECT_EQ(check_known_answers(a).error(),
            "deflate of zlib, RFC 1951 §3.2.4: decompressed: expected 616263, got 616262");
  a = deflate;
  a.compress = [](void* r, void* t, Bytes from, MutableBytes& to) noexcept {
    return deflate.compress(r, t, from.first(from.size() - 1), to);
  };
  EXPECT_EQ(
      check_known_answers(a).error(),
      "deflate of zlib, RFC 1951 §3.2.4: compressed and decompressed: expected 616263, got 6162");
  a = deflate;
  a.name = "lzs";
  EXPECT_NE(check_known_answers(a).error().find("no known answer"), std::string::npos);
}

// The same for AEAD.
std::string broken_gcm(void (*breaks)(Algorithm&)) {
  Algorithm a = *find_algorithm("gcm(aes128)", "nettle");
  breaks(a);
  const auto reproduced = check_known_answers(a);
  return reproduced ? "not noticed" : reproduced.error();
}
const Algorithm& right_gcm() { return *find_algorithm("gcm(aes128)", "nettle"); }

TEST(KnownAead, AWrongTagIsNoticed) {
  EXPECT_EQ(broken_gcm([](Algorithm& a) {
              a.encrypt = [](void* r, void* t, const AeadText& text, MutableBytes tag) noexcept {
                const Errno e = right_gcm().encrypt(r, t, text, tag);
                tag.back() ^= 1;
                return e;
              };
            }),
            "gcm(aes128) of nettle, GCM Appendix B, case 1: tag: expected "
            "58e2fccefa7e3061367f1d57a4e7455a, got 58e2fccefa7e3061367f1d57a4e7455b");
}
TEST(KnownAead, AWrongTextIsNoticed) {
  const std::string encrypted = broken_gcm([](Algorithm& a) {
    a.encrypt = [](void* r, void* t, const AeadText& text, MutableBytes tag) noexcept {
      const Errno e = right_gcm().encrypt(r, t, text, tag);
      if (!text.from.empty()) text.to[text.from.size() - 1] ^= 1;
      return e;
    };
  });
  EXPECT_NE(encrypted.find("case 2: ciphertext: expected"), std::string::npos) << encrypted;
  const std::string decrypted = broken_gcm([](Algorithm& a) {
    a.decrypt = [](void* r, void* t, const AeadText& text, Bytes tag) noexcept {
      const Errno e = right_gcm().decrypt(r, t, text, tag);
      if (!text.from.empty()) text.to[0] ^= 1;
      return e;
    };
  });
  EXPECT_NE(decrypted.find("case 2: plaintext: expected"), std::string::npos) << decrypted;
}
TEST(KnownAead, AWrongTextInPlaceIsNoticed) {
  const std::string wrong = broken_gcm([](Algorithm& a) {
    a.encrypt = [](void* r, void* t, const AeadText& text, MutableBytes tag) noexcept {
      const Errno e = right_gcm().encrypt(r, t, text, tag);
      if (text.to == text.from.data() && !text.from.empty()) text.to[0] ^= 1;
      return e;
    };
  });
  EXPECT_NE(wrong.find("case 2: ciphertext: expected"), std::string::npos) << wrong;
}
TEST(KnownAead, AcceptingAForgeryIsNoticed) {
  const std::string wrong = broken_gcm([](Algorithm& a) {
    a.decrypt = [](void* r, void* t, const AeadText& text, Bytes tag) noexcept {
      const Errno e = right_gcm().decrypt(r, t, text, tag);
      return e == Errno::ebadmsg ? Errno::ok : e;
    };
  });
  EXPECT_NE(wrong.find("one bit of the tag flipped (byte 0): expected EBADMSG, got ok"),
            std::string::npos)
      << wrong;
}
TEST(KnownAead, LeavingOutAssociatedDataIsNoticed) {
  const std::string wrong = broken_gcm([](Algorithm& a) {
    a.encrypt = [](void* r, void* t, const AeadText& text, MutableBytes tag) noexcept {
      return right_gcm().encrypt(r, t, {text.nonce, {}, text.from, text.to}, tag);
    };
  });
  EXPECT_NE(wrong.find("case 4: tag: expected"), std::string::npos) << wrong;
}
TEST(KnownAead, WritingPastTheEndIsNoticed) {
  const std::string wrong = broken_gcm([](Algorithm& a) {
    a.encrypt = [](void* r, void* t, const AeadText& text, MutableBytes tag) noexcept {
      const Errno e = right_gcm().encrypt(r, t, text, tag);
      text.to[text.from.size()] = 0;
      return e;
    };
  });
  EXPECT_NE(wrong.find("encrypt wrote past the end"), std::string::npos) << wrong;
}

}  // namespace
}  // namespace tfm
