// SPDX-License-Identifier: MIT
#include "runtime/openssl_contexts.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include <mutex>
#include <new>
#include <utility>

#include "runtime/providers/openssl_evp.hpp"
#include "runtime/providers/openssl_fetched.hpp"

namespace tfm {
namespace {

/// Lives as long as the process: nothing tracks which transforms refer to it.
struct Context {
  OSSL_LIB_CTX* library;  ///< nullptr: the process's default one
  OpensslFetched fetched;
  Context* next;  ///< on the list of idle contexts
};

constinit OpensslContexts used = OpensslContexts::shared;
std::mutex mutex;
Context* shared = nullptr;  // guarded by the mutex
Context* idle = nullptr;    // those that ended threads left; guarded by the mutex

bool fetch_all(OSSL_LIB_CTX* library, OpensslFetched& f) noexcept {
  f.hmac = EVP_MAC_fetch(library, OSSL_MAC_NAME_HMAC, nullptr);
  f.cmac = EVP_MAC_fetch(library, OSSL_MAC_NAME_CMAC, nullptr);
  f.md5 = EVP_MD_fetch(library, "MD5", nullptr);
  f.gcm128 = EVP_CIPHER_fetch(library, "AES-128-GCM", nullptr);
  f.gcm256 = EVP_CIPHER_fetch(library, "AES-256-GCM", nullptr);
  f.ccm128 = EVP_CIPHER_fetch(library, "AES-128-CCM", nullptr);
  f.chacha = EVP_CIPHER_fetch(library, "ChaCha20-Poly1305", nullptr);
  return f.hmac != nullptr && f.cmac != nullptr && f.md5 != nullptr && f.gcm128 != nullptr &&
         f.gcm256 != nullptr && f.ccm128 != nullptr && f.chacha != nullptr;
}

void free(Context* context) noexcept {
  const OpensslFetched& f = context->fetched;
  EVP_MAC_free(f.hmac);
  EVP_MAC_free(f.cmac);
  EVP_MD_free(f.md5);
  EVP_CIPHER_free(f.gcm128);
  EVP_CIPHER_free(f.gcm256);
  EVP_CIPHER_free(f.ccm128);
  EVP_CIPHER_free(f.chacha);
  OSSL_LIB_CTX_free(context->library);
  gfp_free(context);
}

Result<Context*> make(bool own_library) noexcept {
  const WithGfpScope scope(Gfp::kernel, Owner::shared);
  void* memory = gfp_alloc(sizeof(Context), Gfp::kernel, Owner::shared);
  if (memory == nullptr) return error(Errno::enomem);
  auto* context = ::new (memory) Context{};
  const Errno e = evp([&] {
    if (own_library && (context->library = OSSL_LIB_CTX_new()) == nullptr) return false;
    return fetch_all(context->library, context->fetched);
  });
  if (!failed(e)) return context;
  free(context);
  return error(e);
}

/// Leaves a thread's context to a later one when the thread ends.
class Leaving {
 public:
  Leaving() = default;
  Leaving(const Leaving&) = delete;
  Leaving& operator=(const Leaving&) = delete;
  ~Leaving() {
    if (context_ == nullptr) return;
    openssl_own_fetched = nullptr;
    const std::lock_guard lock(mutex);
    context_->next = idle;
    idle = context_;
  }
  void leave(Context* context) noexcept { context_ = context; }

 private:
  Context* context_ = nullptr;
};

/// The shared context, or one that no thread has. The caller holds the mutex.
Result<Context*> take() noexcept {
  if (used == OpensslContexts::percpu) {
    if (idle == nullptr) return make(true);
    return std::exchange(idle, idle->next);
  }
  if (shared == nullptr) {
    auto made = make(false);
    if (!made) return made;
    shared = *made;
  }
  return shared;
}

}  // namespace

void openssl_use(OpensslContexts contexts) noexcept { used = contexts; }

Errno openssl_fetch() noexcept {
  const std::lock_guard lock(mutex);
  const auto context = take();
  if (!context) return context.error();
  if (*context != shared) {
    static thread_local Leaving leaving;
    leaving.leave(*context);
  }
  openssl_own_fetched = &(*context)->fetched;
  return Errno::ok;
}

}  // namespace tfm
