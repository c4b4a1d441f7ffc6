// SPDX-License-Identifier: MIT
// Per-CPU data: one T for each possible CPU, each on its own cache lines. There may be more
// possible CPUs than threads; the memory is allocated for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "runtime/error.hpp"
#include "runtime/gfp.hpp"

namespace tfm {

inline constexpr std::size_t cache_line_bytes = 64;

/// The distance from one CPU's part to the next: `bytes` in whole cache lines.
constexpr std::size_t percpu_stride(std::size_t bytes) noexcept {
  return (bytes + cache_line_bytes - 1) & ~(cache_line_bytes - 1);
}

/// As __alloc_percpu(): returns the first CPU's part, uninitialised and charged to Owner::percpu.
/// The other parts follow at distances of percpu_stride(bytes). nullptr if refused. May sleep.
[[nodiscard]] inline void* percpu_alloc(unsigned possible_cpus, std::size_t bytes) noexcept {
  void* block = gfp_alloc(percpu_stride(bytes) * possible_cpus + cache_line_bytes, Gfp::kernel,
                          Owner::percpu);
  if (block == nullptr) return nullptr;
  // gfp aligns to 16, so there are at least 16 bytes before the next cache line.
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  auto* first = static_cast<std::uint8_t*>(block) + cache_line_bytes - address % cache_line_bytes;
  reinterpret_cast<void**>(first)[-1] = block;
  return first;
}

/// Frees what percpu_alloc() returned; nullptr is allowed.
inline void percpu_free(void* first) noexcept {
  if (first != nullptr) gfp_free(static_cast<void**>(first)[-1]);
}

/// One T per possible CPU, value-initialised, charged to Owner::percpu. Move-only.
template <class T>
class Percpu {
 public:
  Percpu() = default;
  Percpu(Percpu&& other) noexcept
      : first_(std::exchange(other.first_, nullptr)), cpus_(std::exchange(other.cpus_, 0)) {}
  Percpu& operator=(Percpu&& other) noexcept {
    std::swap(first_, other.first_);
    std::swap(cpus_, other.cpus_);
    return *this;
  }
  ~Percpu() {
    for (unsigned cpu = 0; cpu < cpus_; ++cpu) first_[cpu].value.~T();
    percpu_free(first_);
  }

  /// Errors: enomem. May sleep.
  static Result<Percpu> alloc(unsigned possible_cpus) noexcept {
    Percpu p;
    p.first_ = static_cast<Slot*>(percpu_alloc(possible_cpus, sizeof(Slot)));
    if (p.first_ == nullptr) return error(Errno::enomem);
    p.cpus_ = possible_cpus;
    for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) ::new (&p.first_[cpu]) Slot{};
    return p;
  }

  T& operator[](unsigned cpu) noexcept { return first_[cpu].value; }
  const T& operator[](unsigned cpu) const noexcept { return first_[cpu].value; }
  unsigned cpus() const noexcept { return cpus_; }

 private:
  struct alignas(cache_line_bytes) Slot {
    T value{};
  };
  Slot* first_ = nullptr;
  unsigned cpus_ = 0;
};

}  // namespace tfm
