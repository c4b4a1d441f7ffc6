// SPDX-License-Identifier: MIT
// The known answers of AEAD algorithms, written as their documents write them.
#include <string>

#include "runtime/bytes.hpp"
#include "runtime/known_answers.hpp"

namespace tfm {
namespace {

using Octets = std::vector<std::uint8_t>;

Octets hex(std::string_view digits) { return from_hex(digits).value(); }
Octets text(std::string_view s) { return {s.begin(), s.end()}; }
/// `length` octets: first, first + 1, …, modulo 256.
Octets counting(unsigned first, std::size_t length) {
  Octets octets(length);
  for (std::size_t i = 0; i < length; ++i) octets[i] = static_cast<std::uint8_t>(first + i);
  return octets;
}

/// McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", Appendix B: the submission to
/// NIST that SP 800-38D names as its source.
void add_gcm(std::vector<KnownAead>& answers) {
  constexpr std::string_view gcm128 = "gcm(aes128)", gcm256 = "gcm(aes256)";
  const Octets zeros12(12), zeros16(16), zeros32(32);
  const std::string half_key = "feffe9928665731c6d6a8f9467308308";
  const Octets key128 = hex(half_key), key256 = hex(half_key + half_key);
  const Octets iv = hex("cafebabefacedbaddecaf888");
  const Octets associated = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const std::string p =
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
  const std::string c128 =
      "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
      "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091";
  const std::string c256 =
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
      "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662";
  answers.insert(answers.end(), {
                                    {"GCM Appendix B, case 1",
                                     gcm128,
                                     zeros16,
                                     zeros12,
                                     {},
                                     {},
                                     {},
                                     hex("58e2fccefa7e3061367f1d57a4e7455a")},
                                    {"GCM Appendix B, case 2",
                                     gcm128,
                                     zeros16,
                                     zeros12,
                                     {},
                                     zeros16,
                                     hex("0388dace60b6a392f328c2b971b2fe78"),
                                     hex("ab6e47d42cec13bdf53a67b21257bddf")},
                                    {"GCM Appendix B, case 3",
                                     gcm128,
                                     key128,
                                     iv,
                                     {},
                                     hex(p + "1aafd255"),
                                     hex(c128 + "473f5985"),
                                     hex("4d5c2af327cd64a62cf35abd2ba6fab4")},
                                    {"GCM Appendix B, case 4", gcm128, key128, iv, associated,
                                     hex(p), hex(c128), hex("5bc94fbc3221a5db94fae95ae7121a47")},
                                    {"GCM Appendix B, case 13",
                                     gcm256,
                                     zeros32,
                                     zeros12,
                                     {},
                                     {},
                                     {},
                                     hex("530f8afbc74536b9a963b4f1c4cb738b")},
                                    {"GCM Appendix B, case 14",
                                     gcm256,
                                     zeros32,
                                     zeros12,
                                     {},
                                     zeros16,
                                     hex("cea7403d4d606b6e074ec5d3baf39d18"),
                                     hex("d0d1c8a799996bf0265b98b5d48ab919")},
                                    {"GCM Appendix B, case 15",
                                     gcm256,
                                     key256,
                                     iv,
                                     {},
                                     hex(p + "1aafd255"),
                                     hex(c256 + "898015ad"),
                                     hex("b094dac5d93471bdec1a502270e3cc6c")},
                                    {"GCM Appendix B, case 16", gcm256, key256, iv, associated,
                                     hex(p), hex(c256), hex("76fc6ece0f4e1768cddf8853bb2d551b")},
                                });
}

/// A packet of RFC 3610 §8: the first `header` of the octets 0, 1, 2, … are associated data.
struct Rfc3610 {
  std::string_view document;
  std::string_view nonce;  // without its last octets, which all packets share
  std::size_t header, text;
  std::string_view cipher, tag;
};

constexpr Rfc3610 rfc3610[] = {
    {"RFC 3610 §8, vector 1", "00000003020100", 8, 23,
     "588c979a61c663d2f066d0c2c0f989806d5f6b61dac384", "17e8d12cfdf926e0"},
    {"RFC 3610 §8, vector 2", "00000004030201", 8, 24,
     "72c91a36e135f8cf291ca894085c87e3cc15c439c9e43a3b", "a091d56e10400916"},
    {"RFC 3610 §8, vector 3", "00000005040302", 8, 25,
     "51b1e5f44a197d1da46b0f8e2d282ae871e838bb64da859657", "4adaa76fbd9fb0c5"},
    {"RFC 3610 §8, vector 4", "00000006050403", 12, 19, "a28c6865939a9a79faaa5c4c2a9d4a91cdac8c",
     "96c861b9c9e61ef1"},
    {"RFC 3610 §8, vector 5", "00000007060504", 12, 20, "dcf1fb7b5d9e23fb9d4e131253658ad86ebdca3e",
     "51e83f077d9c2d93"},
    {"RFC 3610 §8, vector 6", "00000008070605", 12, 21,
     "6fc1b011f006568b5171a42d953d469b2570a4bd87", "405a0443ac91cb94"},
    {"RFC 3610 §8, vector 7", "00000009080706", 8, 23,
     "0135d1b2c95f41d5d1d4fec185d166b8094e999dfed96c", "048c56602c97acbb7490"},
    {"RFC 3610 §8, vector 8", "0000000a090807", 8, 24,
     "7b75399ac0831dd2f0bbd75879a2fd8f6cae6b6cd9b7db24", "c17b4433f434963f34b4"},
    {"RFC 3610 §8, vector 9", "0000000b0a0908", 8, 25,
     "82531a60cc24945a4b8279181ab5c84df21ce7f9b73f42e197", "ea9c07e56b5eb17e5f4e"},
    {"RFC 3610 §8, vector 10", "0000000c0b0a09", 12, 19, "07342594157785152b074098330abb141b947b",
     "566aa9406b4d999988dd"},
    {"RFC 3610 §8, vector 11", "0000000d0c0b0a", 12, 20, "676bb20380b0e301e8ab79590a396da78b834934",
     "f53aa2e9107a8b6c022c"},
    {"RFC 3610 §8, vector 12", "0000000e0d0c0b", 12, 21,
     "c0ffa0d6f05bdb67f24d43a4338d2aa4bed7b20e43", "cd1aa31662e7ad65d6db"},
};

void add_ccm(std::vector<KnownAead>& answers) {
  constexpr std::string_view ccm = "ccm(aes128)";
  for (const Rfc3610& v : rfc3610) {
    answers.push_back({v.document, ccm, counting(0xc0, 16),
                       hex(std::string(v.nonce) + "a0a1a2a3a4a5"), counting(0, v.header),
                       counting(static_cast<unsigned>(v.header), v.text), hex(v.cipher),
                       hex(v.tag)});
  }
  const Octets key = counting(0x40, 16);
  answers.insert(
      answers.end(),
      {
          {"SP 800-38C, example 1", ccm, key, counting(0x10, 7), counting(0, 8), counting(0x20, 4),
           hex("7162015b"), hex("4dac255d")},
          {"SP 800-38C, example 2", ccm, key, counting(0x10, 8), counting(0, 16),
           counting(0x20, 16), hex("d2a1f0e051ea5f62081a7792073d593d"), hex("1fc64fbfaccd")},
          {"SP 800-38C, example 3", ccm, key, counting(0x10, 12), counting(0, 20),
           counting(0x20, 24), hex("e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5"),
           hex("484392fbc1b09951")},
          {"SP 800-38C, example 4", ccm, key, counting(0x10, 13), counting(0, 65536),
           counting(0x20, 32),
           hex("69915dad1e84c6376a68c2967e4dab615ae0fd1faec44cc484828529463ccf72"),
           hex("b4ac6bec93e8598e7f0dadbcea5b")},
      });
}

void add_chacha20poly1305(std::vector<KnownAead>& answers) {
  constexpr std::string_view chacha = "chacha20poly1305";
  const Octets key = counting(0x80, 32), nonce = hex("070000004041424344454647");
  const std::string_view sixteen = "123456789abcdef0", fifteen = "123456789abcdef";
  answers.insert(
      answers.end(),
      {
          {"RFC 8439 §2.8.2", chacha, key, nonce, hex("50515253c0c1c2c3c4c5c6c7"),
           text("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
                "the future, sunscreen would be it."),
           hex("d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
               "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
               "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
               "3ff4def08e4b7a9de576d26586cec64b6116"),
           hex("1ae10b594f09e26a7e902ecbd0600691")},
          {"RFC 8439 §A.5", chacha,
           hex("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0"),
           hex("000000000102030405060708"), hex("f33388860000000000004e91"),
           text("Internet-Drafts are draft documents valid for a maximum of six months and "
                "may be updated, replaced, or obsoleted by other documents at any time. It "
                "is inappropriate to use Internet-Drafts as reference material or to cite "
                "them other than as /\u201cwork in progress./\u201d"),
           hex("64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb2"
               "4c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf"
               "332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855"
               "9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4"
               "b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523e"
               "af4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a"
               "0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10"
               "49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29"
               "a6ad5cb4022b02709b"),
           hex("eead9d67890cbb22392336fea1851f38")},
          // Lengths that the tag's computation pads, the largest nonce, and no data at all.
          {"BoringSSL chacha20_poly1305_tests, 15 octets of padding after the data", chacha, key,
           nonce, text("1"), text(sixteen), hex("ae49da6934cb77822c83ed9852e46c9e"),
           hex("dac9c841c168379dcf8f2bb8e22d6da2")},
          {"BoringSSL chacha20_poly1305_tests, 15 octets of padding after the text", chacha, key,
           nonce, text(sixteen), text("1"), hex("ae"), hex("3ed2f824f901a8994052f852127c196a")},
          {"BoringSSL chacha20_poly1305_tests, 1 octet of padding after the data", chacha, key,
           nonce, text(fifteen), text(sixteen), hex("ae49da6934cb77822c83ed9852e46c9e"),
           hex("2e9c9b1689adb5ec444002eb920efb66")},
          {"BoringSSL chacha20_poly1305_tests, 1 octet of padding after the text", chacha, key,
           nonce, text(sixteen), text(fifteen), hex("ae49da6934cb77822c83ed9852e46c"),
           hex("05b2937f8bbc64fed21f0fb74cd7147c")},
          {"BoringSSL chacha20_poly1305_tests, the largest nonce", chacha, key, Octets(12, 0xff),
           text(sixteen), text(sixteen), hex("e275aeb341e1fc9a70c4fd4496fc7cdb"),
           hex("41acd0560ea6843d3e5d4e5babf6e946")},
          {"BoringSSL chacha20_poly1305_tests, nothing at all",
           chacha,
           hex("9a97f65b9b4c721b960a672145fca8d4e32e67f9111ea979ce9c4826806aeee6"),
           hex("000000003de9c0da2bd7f91e"),
           {},
           {},
           {},
           hex("5a6e21f4ba6dbee57380e79e79c30def")},
      });
}

}  // namespace

std::span<const KnownAead> known_aead() {
  static const std::vector<KnownAead> answers = [] {
    std::vector<KnownAead> all;
    add_gcm(all);
    add_ccm(all);
    add_chacha20poly1305(all);
    return all;
  }();
  return answers;
}

}  // namespace tfm
