// SPDX-License-Identifier: MIT
// AEAD packets sealed a second time. OpenSSL's EVP is called directly, with text, associated data
// and nonce that the tests build only from the standards.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string_view>

#include "tests/workloads/protocols/independent.hpp"

namespace tfm::test::independent {

/// Text, then the tag. `cipher` as OpenSSL spells it: "AES-128-GCM", "AES-128-CCM".
inline Octets seal(const char* cipher, const Octets& key, const Octets& nonce,
                   const Octets& associated, const Octets& text, int tag_bytes) {
  const auto check = [](int returned) {
    if (returned != 1) throw std::runtime_error("EVP");
  };
  const std::unique_ptr<EVP_CIPHER, decltype(&EVP_CIPHER_free)> fetched(
      EVP_CIPHER_fetch(nullptr, cipher, nullptr), EVP_CIPHER_free);
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  EVP_CIPHER_CTX* const c = context.get();
  const bool ccm = std::string_view(cipher).ends_with("CCM");
  check(EVP_EncryptInit_ex(c, fetched.get(), nullptr, nullptr, nullptr));
  check(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(nonce.size()), nullptr));
  // CCM's lengths come before its data.
  if (ccm) check(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, tag_bytes, nullptr));
  check(EVP_EncryptInit_ex(c, nullptr, nullptr, key.data(), nonce.data()));
  const int length = static_cast<int>(text.size());
  int written = 0;
  if (ccm) check(EVP_EncryptUpdate(c, nullptr, &written, nullptr, length));
  check(EVP_EncryptUpdate(c, nullptr, &written, associated.data(),
                          static_cast<int>(associated.size())));
  Octets sealed(text.size() + static_cast<std::size_t>(tag_bytes));
  check(EVP_EncryptUpdate(c, sealed.data(), &written, text.data(), length));
  int rest = 0;
  check(EVP_EncryptFinal_ex(c, sealed.data() + written, &rest));
  check(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, tag_bytes, sealed.data() + text.size()));
  return sealed;
}

}  // namespace tfm::test::independent
