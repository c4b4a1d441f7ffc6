// SPDX-License-Identifier: MIT
// What a pool's entry holds for each CPU: a preallocated request with its transform (percpu_pool),
// a request that carries its key (percpu_request_key), or only a transform (tfm_pool). The parts of
// all CPUs are one per-CPU block.
//
// Each type here has make(possible_cpus, algorithm) and destroy(parts, possible_cpus). Both may
// sleep.
#pragma once

#include "runtime/bytes.hpp"
#include "runtime/percpu.hpp"
#include "runtime/transform.hpp"
#include "strategies/carried_key.hpp"

namespace tfm {

/// The parts of one entry: the first CPU's, and the distance from one to the next.
struct PoolParts {
  std::uint8_t* first = nullptr;
  std::uint32_t stride = 0;  ///< bytes

  std::uint8_t* on(unsigned cpu) const noexcept { return first + std::size_t{cpu} * stride; }
};

/// Makes every CPU's part, or none. build(part) makes one and returns its error; destroy(part)
/// undoes it.
/// Errors: enomem; build()'s.
template <class Build, class Destroy>
Result<PoolParts> make_parts(unsigned possible_cpus, std::size_t bytes, Build build,
                             Destroy destroy) noexcept {
  const PoolParts parts{static_cast<std::uint8_t*>(percpu_alloc(possible_cpus, bytes)),
                        static_cast<std::uint32_t>(percpu_stride(bytes))};
  if (parts.first == nullptr) return error(Errno::enomem);
  for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) {
    if (const Errno e = build(parts.on(cpu)); failed(e)) {
      while (cpu-- > 0) destroy(parts.on(cpu));
      percpu_free(parts.first);
      return error(e);
    }
  }
  return parts;
}

/// Undoes make_parts().
template <class Destroy>
void destroy_parts(const PoolParts& parts, unsigned possible_cpus, Destroy destroy) noexcept {
  for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) destroy(parts.on(cpu));
  percpu_free(parts.first);
}

/// A request per CPU. If the algorithm needs a key, a transform follows the request. A keyless
/// algorithm has one transform for all CPUs.
struct PooledRequests {
  using Part = Request;

  static std::size_t bytes(const Algorithm& a) noexcept {
    return transform_offset(a) + (a.keyed ? Transform::bytes(a) : 0);
  }

  /// Errors: enomem; the transform's own, or the request's. On failure nothing is held.
  static Result<PoolParts> make(unsigned possible_cpus, const Algorithm& a) noexcept {
    Transform* common = nullptr;
    if (!a.keyed) {
      const auto transform = transform_alloc(a, Gfp::kernel, Owner::shared);
      if (!transform) return error(transform.error());
      common = *transform;
    }
    const auto build = [&](std::uint8_t* part) { return build_part(part, a, common); };
    const auto parts = make_parts(possible_cpus, bytes(a), build, destroy_part);
    if (!parts) transform_free(common);
    return parts;
  }

  static void destroy(const PoolParts& parts, unsigned possible_cpus) noexcept {
    const auto& first = *reinterpret_cast<const Request*>(parts.first);
    Transform* common = first.algorithm->keyed ? nullptr : Transform::of(first.transform_context);
    destroy_parts(parts, possible_cpus, destroy_part);
    transform_free(common);
  }

 private:
  static std::size_t transform_offset(const Algorithm& a) noexcept {
    return (Request::bytes(a) + 15) & ~std::size_t{15};
  }

  static Errno build_part(std::uint8_t* part, const Algorithm& a, Transform* common) noexcept {
    auto* own = a.keyed ? reinterpret_cast<Transform*>(part + transform_offset(a)) : nullptr;
    if (own != nullptr) {
      const Errno e = transform_attach(own, a, Gfp::kernel, Owner::percpu);
      if (failed(e)) return e;
    }
    Transform& transform = own != nullptr ? *own : *common;
    const Errno e = request_attach(part, a, transform.context(), Gfp::kernel, Owner::percpu);
    if (failed(e) && own != nullptr) transform_detach(*own);
    return e;
  }

  static void destroy_part(std::uint8_t* part) noexcept {
    auto& request = *reinterpret_cast<Request*>(part);
    request_detach(request);
    if (request.algorithm->keyed) transform_detach(*Transform::of(request.transform_context));
  }
};

/// A request per CPU that carries its key, and one transform for all CPUs.
struct PooledKeyedRequests {
  using Part = Request;

  static std::size_t bytes(const Algorithm& a) noexcept {
    return key_offset(a) + carried_key_bytes(a);
  }

  /// Errors: enomem; the transform's own, or the request's. On failure nothing is held.
  static Result<PoolParts> make(unsigned possible_cpus, const Algorithm& a) noexcept {
    const auto transform = transform_alloc(a, Gfp::kernel, Owner::shared);
    if (!transform) return error(transform.error());
    const auto build = [&](std::uint8_t* part) { return build_part(part, **transform); };
    const auto parts = make_parts(possible_cpus, bytes(a), build, destroy_part);
    if (!parts) transform_free(*transform);
    return parts;
  }

  static void destroy(const PoolParts& parts, unsigned possible_cpus) noexcept {
    Transform* transform = transform_of(parts.first);
    destroy_parts(parts, possible_cpus, destroy_part);
    transform_free(transform);
  }

 private:
  /// The transform's address lies between request and key; crypto_async_request holds it too.
  static std::size_t transform_offset(const Algorithm& a) noexcept {
    return (Request::bytes(a) + 7) & ~std::size_t{7};
  }
  static std::size_t key_offset(const Algorithm& a) noexcept {
    return (transform_offset(a) + sizeof(void*) + 15) & ~std::size_t{15};
  }
  static Transform*& transform_of(std::uint8_t* part) noexcept {
    const Algorithm& a = *reinterpret_cast<const Request*>(part)->algorithm;
    return *reinterpret_cast<Transform**>(part + transform_offset(a));
  }

  static Errno build_part(std::uint8_t* part, Transform& transform) noexcept {
    const Algorithm& a = *transform.algorithm;
    Errno e = request_attach(part, a, transform.context(), Gfp::kernel, Owner::percpu);
    if (failed(e)) return e;
    transform_of(part) = &transform;
    if (!a.keyed) return Errno::ok;
    auto& request = *reinterpret_cast<Request*>(part);
    e = carried_key_attach(request, part + key_offset(a), Gfp::kernel, Owner::percpu);
    if (failed(e)) request_detach(request);
    return e;
  }

  static void destroy_part(std::uint8_t* part) noexcept {
    auto& request = *reinterpret_cast<Request*>(part);
    const Algorithm& a = *request.algorithm;
    if (a.keyed) carried_key_detach(request);
    request_detach(request);
    memzero_explicit(part + key_offset(a), carried_key_bytes(a));
  }
};

/// A transform per CPU, and no request.
struct PooledTransforms {
  using Part = Transform;

  /// Errors: enomem; the transform's own. On failure nothing is held.
  static Result<PoolParts> make(unsigned possible_cpus, const Algorithm& a) noexcept {
    const auto build = [&](std::uint8_t* part) {
      return transform_attach(part, a, Gfp::kernel, Owner::percpu);
    };
    return make_parts(possible_cpus, Transform::bytes(a), build, destroy_part);
  }

  static void destroy(const PoolParts& parts, unsigned possible_cpus) noexcept {
    destroy_parts(parts, possible_cpus, destroy_part);
  }

 private:
  static void destroy_part(std::uint8_t* part) noexcept {
    transform_detach(*reinterpret_cast<Transform*>(part));
  }
};

}  // namespace tfm
