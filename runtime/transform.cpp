// SPDX-License-Identifier: MIT
#include "runtime/transform.hpp"

#include <cstring>

namespace tfm {

Errno transform_attach(void* memory, const Algorithm& algorithm, Gfp gfp, Owner owner) noexcept {
  auto* transform = ::new (memory) Transform{&algorithm};
  // As crypto_create_tfm() does. Zeros mean a transform without a key.
  std::memset(transform->context(), 0, algorithm.transform_context_bytes);
  if (algorithm.transform_init == nullptr) return Errno::ok;
  return algorithm.transform_init(transform->context(), gfp, owner);
}

void transform_detach(Transform& transform) noexcept {
  const Algorithm& algorithm = *transform.algorithm;
  if (algorithm.transform_exit != nullptr) algorithm.transform_exit(transform.context());
  explicit_bzero(&transform, Transform::bytes(algorithm));
}

Result<Transform*> transform_alloc(const Algorithm& algorithm, Gfp gfp, Owner owner) noexcept {
  void* memory = gfp_alloc(Transform::bytes(algorithm), gfp, owner);
  if (memory == nullptr) return error(Errno::enomem);
  if (const Errno e = transform_attach(memory, algorithm, gfp, owner); failed(e)) {
    gfp_free(memory);
    return error(e);
  }
  return static_cast<Transform*>(memory);
}

Result<Transform*> transform_alloc_keyed(const Algorithm& algorithm, Bytes key, Gfp gfp,
                                         Owner owner) noexcept {
  auto transform = transform_alloc(algorithm, gfp, owner);
  if (!transform || !algorithm.keyed) return transform;
  if (Errno e = transform_setkey(**transform, key, gfp); failed(e)) {
    transform_free(*transform);
    return error(e);
  }
  return transform;
}

Result<Transform*> transform_clone(Transform& of, Owner owner) noexcept {
  const Algorithm& algorithm = *of.algorithm;
  if (algorithm.transform_clone == nullptr) return transform_alloc(algorithm, Gfp::atomic, owner);
  void* memory = gfp_alloc(Transform::bytes(algorithm), Gfp::atomic, owner);
  if (memory == nullptr) return error(Errno::enomem);
  auto* transform = ::new (memory) Transform{&algorithm};
  std::memset(transform->context(), 0, algorithm.transform_context_bytes);
  if (const Errno e = algorithm.transform_clone(transform->context(), of.context(), owner);
      failed(e)) {
    gfp_free(memory);
    return error(e);
  }
  return transform;
}

void transform_free(Transform* transform) noexcept {
  if (transform == nullptr) return;
  transform_detach(*transform);
  gfp_free(transform);
}

}  // namespace tfm
