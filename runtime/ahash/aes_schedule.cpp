// SPDX-License-Identifier: MIT
// What is assembly in the kernel: compiled as the rest of the model, with vector registers.
#include "runtime/ahash/aes_schedule.hpp"

#include <nettle/aes.h>

#include <cstring>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace tfm::ahash {
namespace {

constexpr unsigned rounds = 10, round_key_bytes = 16;
static_assert(sizeof(aes128_ctx) == (rounds + 1) * round_key_bytes);

void by_nettle(std::uint8_t* encryption, std::uint8_t* decryption,
               const std::uint8_t* key) noexcept {
  aes128_ctx forth;
  aes128_set_encrypt_key(&forth, key);
  std::memcpy(encryption, &forth, sizeof forth);
  if (decryption != nullptr) {
    aes128_ctx back;
    aes128_invert_key(&back, &forth);
    std::memcpy(decryption, &back, sizeof back);
    explicit_bzero(&back, sizeof back);
  }
  explicit_bzero(&forth, sizeof forth);
}

#ifdef __x86_64__
/// Stores the round key after `last`. AESKEYGENASSIST takes the round's constant as an immediate.
template <int constant>
[[gnu::target("aes,sse2")]] inline __m128i next(__m128i last, __m128i* to) noexcept {
  const __m128i assist = _mm_aeskeygenassist_si128(last, constant);
  last = _mm_xor_si128(last, _mm_slli_si128(last, 4));
  last = _mm_xor_si128(last, _mm_slli_si128(last, 8));
  last = _mm_xor_si128(last, _mm_shuffle_epi32(assist, 0xff));
  _mm_storeu_si128(to, last);
  return last;
}

[[gnu::target("aes,sse2")]] void by_cpu(std::uint8_t* encryption, std::uint8_t* decryption,
                                        const std::uint8_t* key) noexcept {
  auto* const forth = reinterpret_cast<__m128i*>(encryption);
  auto* const back = reinterpret_cast<__m128i*>(decryption);
  __m128i k = _mm_loadu_si128(reinterpret_cast<const __m128i*>(key));
  _mm_storeu_si128(forth, k);
  k = next<0x01>(k, forth + 1);
  k = next<0x02>(k, forth + 2);
  k = next<0x04>(k, forth + 3);
  k = next<0x08>(k, forth + 4);
  k = next<0x10>(k, forth + 5);
  k = next<0x20>(k, forth + 6);
  k = next<0x40>(k, forth + 7);
  k = next<0x80>(k, forth + 8);
  k = next<0x1b>(k, forth + 9);
  k = next<0x36>(k, forth + 10);
  if (decryption == nullptr) return;
  _mm_storeu_si128(back, k);
  for (unsigned i = 1; i < rounds; ++i) {
    _mm_storeu_si128(back + i, _mm_aesimc_si128(_mm_loadu_si128(forth + rounds - i)));
  }
  _mm_storeu_si128(back + rounds, _mm_loadu_si128(forth));
}

const bool cpu_can = __builtin_cpu_supports("aes");
#endif

}  // namespace

void aes128_schedule(std::uint8_t* encryption, std::uint8_t* decryption,
                     const std::uint8_t* key) noexcept {
#ifdef __x86_64__
  if (cpu_can) {
    by_cpu(encryption, decryption, key);
    return;
  }
#endif
  by_nettle(encryption, decryption, key);
}

}  // namespace tfm::ahash
