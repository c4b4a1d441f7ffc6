// SPDX-License-Identifier: MIT
// A transform with its key and one request on it. For the slow path and for code that checks other
// code.
#pragma once

#include <utility>

#include "runtime/transform.hpp"

namespace tfm {

class KeyedRequest {
 public:
  /// `key` is ignored if the algorithm is keyless. Errors: enomem; the provider's.
  static Result<KeyedRequest> create(const Algorithm& algorithm, Bytes key) {
    KeyedRequest made;
    auto transform = transform_alloc_keyed(algorithm, key, Gfp::kernel, Owner::shared);
    if (!transform) return error(transform.error());
    made.transform_ = *transform;
    void* memory = gfp_alloc(Request::bytes(algorithm), Gfp::kernel, Owner::shared);
    if (memory == nullptr) return error(Errno::enomem);
    const Errno e =
        request_attach(memory, algorithm, made.transform_->context(), Gfp::kernel, Owner::shared);
    if (failed(e)) {
      gfp_free(memory);
      return error(e);
    }
    made.request_ = static_cast<Request*>(memory);
    return made;
  }

  KeyedRequest(KeyedRequest&& other) noexcept
      : transform_(std::exchange(other.transform_, nullptr)),
        request_(std::exchange(other.request_, nullptr)) {}
  KeyedRequest& operator=(KeyedRequest&& other) noexcept {
    std::swap(transform_, other.transform_);
    std::swap(request_, other.request_);
    return *this;
  }
  ~KeyedRequest() {
    if (request_ != nullptr) request_detach(*request_);
    gfp_free(request_);
    transform_free(transform_);
  }

  Request& operator*() const noexcept { return *request_; }

  /// Sets another key. Errors: the provider's; then there is no key.
  Errno rekey(Bytes key) noexcept { return transform_setkey(*transform_, key, Gfp::kernel); }

 private:
  KeyedRequest() = default;

  Transform* transform_ = nullptr;
  Request* request_ = nullptr;
};

}  // namespace tfm
