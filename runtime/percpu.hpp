// SPDX-License-Identifier: MIT
// Per-CPU data: one T for each possible CPU, each on cache lines of its own. Possible CPUs may
// exceed the threads that run: the memory is real either way.
#pragma once

#include <new>
#include <utility>

#include "runtime/error.hpp"
#include "runtime/gfp.hpp"

namespace tfm {

/// One T per possible CPU, value-initialised, charged to Owner::percpu. Move-only.
template <class T>
class Percpu {
 public:
  Percpu() = default;
  Percpu(Percpu&& other) noexcept
      : block_(std::exchange(other.block_, nullptr)),
        first_(std::exchange(other.first_, nullptr)),
        cpus_(std::exchange(other.cpus_, 0)) {}
  Percpu& operator=(Percpu&& other) noexcept {
    std::swap(block_, other.block_);
    std::swap(first_, other.first_);
    std::swap(cpus_, other.cpus_);
    return *this;
  }
  ~Percpu() {
    for (unsigned cpu = 0; cpu < cpus_; ++cpu) first_[cpu].value.~T();
    gfp_free(block_);
  }

  /// Errors: enomem. May sleep.
  static Result<Percpu> alloc(unsigned possible_cpus) noexcept {
    Percpu p;
    p.block_ = gfp_alloc(sizeof(Slot) * possible_cpus + line, Gfp::kernel, Owner::percpu);
    if (p.block_ == nullptr) return error(Errno::enomem);
    const auto address = reinterpret_cast<std::uintptr_t>(p.block_);
    p.first_ = reinterpret_cast<Slot*>((address + line - 1) & ~(line - 1));
    p.cpus_ = possible_cpus;
    for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) ::new (&p.first_[cpu]) Slot{};
    return p;
  }

  T& operator[](unsigned cpu) noexcept { return first_[cpu].value; }
  const T& operator[](unsigned cpu) const noexcept { return first_[cpu].value; }
  unsigned cpus() const noexcept { return cpus_; }

 private:
  static constexpr std::uintptr_t line = 64;
  struct alignas(line) Slot {
    T value{};
  };
  void* block_ = nullptr;
  Slot* first_ = nullptr;
  unsigned cpus_ = 0;
};

}  // namespace tfm
