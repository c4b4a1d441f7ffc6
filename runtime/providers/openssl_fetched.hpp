// SPDX-License-Identifier: MIT
// The algorithms that the files of the OpenSSL provider have fetched. EVP_md5() and its like would
// search at every use, at twice the cost.
#pragma once

#include <openssl/evp.h>

#include "runtime/error.hpp"

namespace tfm {

struct OpensslFetched {
  EVP_MAC* hmac;
  EVP_MAC* cmac;
  EVP_MD* md5;
  EVP_CIPHER* gcm128;
  EVP_CIPHER* gcm256;
  EVP_CIPHER* ccm128;
  EVP_CIPHER* chacha;
};

inline thread_local constinit const OpensslFetched* openssl_own_fetched = nullptr;

/// Fetches the algorithms for this thread. Errors: enomem; eproto: OpenSSL lacks one.
Errno openssl_fetch() noexcept;

/// This thread's algorithms, or nullptr if they cannot be fetched.
inline const OpensslFetched* openssl_fetched() noexcept {
  if (openssl_own_fetched == nullptr && failed(openssl_fetch())) [[unlikely]]
    return nullptr;
  return openssl_own_fetched;
}

}  // namespace tfm
