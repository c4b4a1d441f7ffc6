// SPDX-License-Identifier: MIT
// What each CPU holds of a pool's entry: a preallocated request with its transform (percpu_pool),
// or a transform alone (tfm_pool). All CPUs' parts are one per-CPU block.
#pragma once

#include "runtime/percpu.hpp"
#include "runtime/transform.hpp"

namespace tfm {

/// The parts of one entry: the first CPU's, and how far apart they are.
struct PoolParts {
  std::uint8_t* first = nullptr;
  std::uint32_t stride = 0;  ///< bytes

  std::uint8_t* on(unsigned cpu) const noexcept { return first + std::size_t{cpu} * stride; }

  /// The block, nothing in it yet; `first` is nullptr if refused.
  static PoolParts alloc(unsigned possible_cpus, std::size_t bytes) noexcept {
    return {static_cast<std::uint8_t*>(percpu_alloc(possible_cpus, bytes)),
            static_cast<std::uint32_t>(percpu_stride(bytes))};
  }
};

/// A request per CPU; behind it a transform where the algorithm needs a key. A keyless algorithm
/// has one transform for all CPUs.
struct PooledRequests {
  using Part = Request;

  static std::size_t bytes(const Algorithm& a) noexcept {
    return transform_offset(a) + (a.keyed ? Transform::bytes(a) : 0);
  }

  /// Errors: the transform's own, or the request's; on failure nothing is held. May sleep.
  static Errno build(const PoolParts& parts, unsigned possible_cpus, const Algorithm& a) noexcept {
    Transform* common = nullptr;
    if (!a.keyed) {
      const auto transform = transform_alloc(a, Gfp::kernel, Owner::shared);
      if (!transform) return transform.error();
      common = *transform;
    }
    for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) {
      if (const Errno e = build_part(parts.on(cpu), a, common); failed(e)) {
        while (cpu-- > 0) destroy_part(parts.on(cpu));
        transform_free(common);
        return e;
      }
    }
    return Errno::ok;
  }

  static void destroy(const PoolParts& parts, unsigned possible_cpus) noexcept {
    const auto& first = *reinterpret_cast<const Request*>(parts.first);
    Transform* common = first.algorithm->keyed ? nullptr : Transform::of(first.transform_context);
    for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) destroy_part(parts.on(cpu));
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

/// A transform per CPU, and no request.
struct PooledTransforms {
  using Part = Transform;

  static std::size_t bytes(const Algorithm& a) noexcept { return Transform::bytes(a); }

  /// Errors: the transform's own; on failure nothing is held. May sleep.
  static Errno build(const PoolParts& parts, unsigned possible_cpus, const Algorithm& a) noexcept {
    for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) {
      const Errno e = transform_attach(parts.on(cpu), a, Gfp::kernel, Owner::percpu);
      if (failed(e)) {
        destroy(parts, cpu);
        return e;
      }
    }
    return Errno::ok;
  }

  static void destroy(const PoolParts& parts, unsigned possible_cpus) noexcept {
    for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) {
      transform_detach(*reinterpret_cast<Transform*>(parts.on(cpu)));
    }
  }
};

}  // namespace tfm
