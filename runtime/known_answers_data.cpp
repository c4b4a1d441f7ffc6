// SPDX-License-Identifier: MIT
// The known answers themselves, written as their documents write them.
#include <string>

#include "runtime/bytes.hpp"
#include "runtime/known_answers.hpp"

namespace tfm {
namespace {

using Octets = std::vector<std::uint8_t>;

Octets hex(std::string_view digits) { return from_hex(digits).value(); }
Octets text(std::string_view s) { return {s.begin(), s.end()}; }
Octets repeated(std::uint8_t octet, std::size_t times) { return Octets(times, octet); }
/// 0, 1, 2, …, modulo 256.
Octets counting(std::size_t length) {
  Octets octets(length);
  for (std::size_t i = 0; i < length; ++i) octets[i] = static_cast<std::uint8_t>(i);
  return octets;
}

/// A case of RFC 4231, which gives the digests of one key and message for several hashes.
struct Rfc4231 {
  std::string_view document;
  Octets key, message;
  std::string_view sha256, sha512;
};

std::vector<Rfc4231> rfc4231() {
  return {
      {"RFC 4231 §4.2", repeated(0x0b, 20), text("Hi There"),
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
       "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
       "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
      {"RFC 4231 §4.3", text("Jefe"), text("what do ya want for nothing?"),
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
       "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
       "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
      {"RFC 4231 §4.4", repeated(0xaa, 20), repeated(0xdd, 50),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
       "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
       "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"},
      {"RFC 4231 §4.5", hex("0102030405060708090a0b0c0d0e0f10111213141516171819"),
       repeated(0xcd, 50), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
       "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db"
       "a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"},
      {"RFC 4231 §4.6", repeated(0x0c, 20), text("Test With Truncation"),
       "a3b6167473100ee06e0c796c2955552b", "415fad6271580a531d4179bc891d87a6"},
      {"RFC 4231 §4.7", repeated(0xaa, 131),
       text("Test Using Larger Than Block-Size Key - Hash Key First"),
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
       "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
       "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"},
      {"RFC 4231 §4.8", repeated(0xaa, 131),
       text("This is a test using a larger than block-size key and a larger than block-size data. "
            "The key needs to be hashed before being used by the HMAC algorithm."),
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
       "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944"
       "b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"},
  };
}

std::vector<KnownAnswer> all() {
  constexpr std::string_view sha1 = "hmac(sha1)", cmac = "cmac(aes128)", blake2b = "blake2b-256";
  std::vector<KnownAnswer> answers = {
      {"RFC 2202 §3, case 1", sha1, repeated(0x0b, 20), text("Hi There"),
       hex("b617318655057264e28bc0b6fb378c8ef146be00")},
      {"RFC 2202 §3, case 2", sha1, text("Jefe"), text("what do ya want for nothing?"),
       hex("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")},
      {"RFC 2202 §3, case 3", sha1, repeated(0xaa, 20), repeated(0xdd, 50),
       hex("125d7342b9ac11cd91a39af48aa17b4f63f175d3")},
      {"RFC 2202 §3, case 4", sha1, hex("0102030405060708090a0b0c0d0e0f10111213141516171819"),
       repeated(0xcd, 50), hex("4c9007f4026250c6bc8414f9bf50c86c2d7235da")},
      {"RFC 2202 §3, case 5", sha1, repeated(0x0c, 20), text("Test With Truncation"),
       hex("4c1a03424b55e07fe7f27be1d58bb9324a9a5a04")},
      {"RFC 2202 §3, case 6", sha1, repeated(0xaa, 80),
       text("Test Using Larger Than Block-Size Key - Hash Key First"),
       hex("aa4ae5e15272d00e95705637ce8a3b55ed402112")},
      {"RFC 2202 §3, case 7", sha1, repeated(0xaa, 80),
       text("Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data"),
       hex("e8e99d0f45237d786d6bbaa7965c7808bbff1a91")},
  };

  for (const Rfc4231& c : rfc4231()) {
    answers.push_back({c.document, "hmac(sha256)", c.key, c.message, hex(c.sha256)});
    answers.push_back({c.document, "hmac(sha512)", c.key, c.message, hex(c.sha512)});
  }

  const Octets cmac_key = hex("2b7e151628aed2a6abf7158809cf4f3c");
  const Octets cmac_message =
      hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
          "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
  auto first = [&](std::size_t n) {
    return Octets(cmac_message.begin(), cmac_message.begin() + static_cast<std::ptrdiff_t>(n));
  };
  answers.insert(answers.end(), {
                                    {"RFC 4493 §4, example 1", cmac, cmac_key, first(0),
                                     hex("bb1d6929e95937287fa37d129b756746")},
                                    {"RFC 4493 §4, example 2", cmac, cmac_key, first(16),
                                     hex("070a16b46b4d4144f79bdd9dd04a287c")},
                                    {"RFC 4493 §4, example 3", cmac, cmac_key, first(40),
                                     hex("dfa66747de9ae63030ca32611497c827")},
                                    {"RFC 4493 §4, example 4", cmac, cmac_key, first(64),
                                     hex("51f0bebf7e3b9d92fc49741779363cfe")},
                                });

  for (const auto& [message, digest] : {
           std::pair("", "d41d8cd98f00b204e9800998ecf8427e"),
           std::pair("a", "0cc175b9c0f1b6a831c399e269772661"),
           std::pair("abc", "900150983cd24fb0d6963f7d28e17f72"),
           std::pair("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
           std::pair("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
           std::pair("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                     "d174ab98d277d9f5a5611c2c9f419d9f"),
           std::pair("12345678901234567890123456789012345678901234567890123456789012345678901234567"
                     "890",
                     "57edf4a22be3c955ac49da2e2107b67a"),
       }) {
    answers.push_back({"RFC 1321 §A.5", "md5", {}, text(message), hex(digest)});
  }

  // The BLAKE2 team's known answers have 64-byte digests, and the length of the digest goes into
  // the hash. These were computed with an independent implementation, Python 3.11's:
  // hashlib.blake2b(message, key=bytes(range(32)), digest_size=32).
  for (const auto& [length, digest] : {
           std::pair(0, "4e51e7a913fc80137da52880fecca175bf81e117d5c68126dc2774033517ea0d"),
           std::pair(1, "41ff93a4eaeebd3b78a93438a6f62a92ab5959c859e682b72c7def406197ca4d"),
           std::pair(64, "7f46f043d63dfb3c9b1102c8824b632cae1fce453e3c0e9dc9e7113f3c1acc36"),
           std::pair(127, "12879e69734944f25f9ed95cbfdbb3659a307e485ed8ec118ce7c60f107357f1"),
           std::pair(128, "138893f1631ef3165629515d6ed800da3771b7926dced294205c7507351deebc"),
           std::pair(129, "ca60f75cbb714330c046d8f28b4ed351a3ee81776bb02a96abb646fe573e3d5c"),
           std::pair(256, "b42be36ea26392f67d1d3706ffa72b6c61c2ff38e1fabd9a49e154d54b967d83"),
           std::pair(257, "ef25ff378b8fd2009994d6e9a66470a059ca66aeac707b3742be5fe9bc578e58"),
       }) {
    answers.push_back({"Python hashlib.blake2b", blake2b, counting(32),
                       counting(static_cast<std::size_t>(length)), hex(digest)});
  }
  return answers;
}

}  // namespace

std::span<const KnownAnswer> known_answers() {
  static const std::vector<KnownAnswer> answers = all();
  return answers;
}

}  // namespace tfm
