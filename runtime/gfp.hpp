// SPDX-License-Identifier: MIT
// Allocation as the kernel does it: a flag says whether the caller may sleep.
//
// Two objects implement this header. gfp_plain.cpp hands out memory and nothing else; it is what
// timed rounds link. gfp_counted.cpp keeps the ledger and injects faults; it is what counted rounds
// and tests link. Strategies cannot tell which, and count nothing themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

#include "runtime/error.hpp"

namespace tfm {

/// May the caller sleep? `kernel` is the slow path's, `atomic` the fast path's and softirq's.
enum class Gfp : std::uint8_t { kernel, atomic };

/// On whose account the bytes stand in the ledger. A label: plain allocation ignores it.
enum class Owner : std::uint8_t {
  shared,   ///< one for all: tables, a transform per algorithm
  percpu,   ///< one per possible CPU: preallocated transforms and requests
  socket,   ///< as long as the socket lives: keys, transforms per socket
  request,  ///< as long as one operation is in flight
  scratch,  ///< scratch that outlives the operation
};
inline constexpr std::size_t owner_count = 5;
inline constexpr std::string_view owner_names[owner_count] = {"shared", "percpu", "socket",
                                                              "request", "scratch"};

/// `bytes` of uninitialised memory, aligned to 16 (to 8, if a zone gives 8 bytes or fewer), or
/// nullptr. Free with gfp_free().
[[nodiscard]] void* gfp_alloc(std::size_t bytes, Gfp gfp, Owner owner) noexcept;

/// As realloc(3): nullptr leaves the old block as it was. For OpenSSL's hooks.
[[nodiscard]] void* gfp_realloc(void* block, std::size_t bytes, Gfp gfp, Owner owner) noexcept;

/// Frees what gfp_alloc() returned; nullptr is allowed.
void gfp_free(void* block) noexcept;

/// As kfree_sensitive(): the first `bytes` are zeroed before they go back.
void gfp_free_sensitive(void* block, std::size_t bytes) noexcept;

/// The allocator behind gfp_alloc().
enum class Allocator : std::uint8_t { glibc, jemalloc, mimalloc, tcmalloc };
inline constexpr std::string_view allocator_names[] = {"glibc", "jemalloc", "mimalloc", "tcmalloc"};

/// Nothing where none has that name.
constexpr std::optional<Allocator> allocator_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < std::size(allocator_names); ++i) {
    if (name == allocator_names[i]) return static_cast<Allocator>(i);
  }
  return std::nullopt;
}

/// What the allocator says of itself, for the whole process.
struct AllocatorStatistics {
  std::uint64_t live_bytes = 0;      ///< of allocated blocks, as it rounds them
  std::uint64_t resident_bytes = 0;  ///< that it holds of the system for them, and for itself
};

/// Whether it can be selected here.
bool allocator_installed(Allocator allocator) noexcept;

/// Selects the allocator. Call once, before the first allocation of the process.
/// Errors: enoent: it is not installed here; then nothing changes.
Errno gfp_use(Allocator allocator) noexcept;

/// Of the allocator that gfp draws on now. Slow: not while anything is timed.
AllocatorStatistics gfp_allocator_statistics() noexcept;

/// A provider that allocates behind our back (OpenSSL) charges what it takes to this scope.
struct GfpScope {
  Gfp gfp = Gfp::atomic;
  Owner owner = Owner::request;
};
GfpScope& gfp_scope() noexcept;

/// Sets the scope for a lifetime.
class WithGfpScope {
 public:
  WithGfpScope(Gfp gfp, Owner owner) noexcept : current_(gfp_scope()), saved_(current_) {
    current_ = {gfp, owner};
  }
  ~WithGfpScope() { current_ = saved_; }
  WithGfpScope(const WithGfpScope&) = delete;
  WithGfpScope& operator=(const WithGfpScope&) = delete;

 private:
  GfpScope& current_;
  GfpScope saved_;
};

class Accounting;  // accounting.hpp

/// The ledger and the fault injector, or nullptr where the plain object is linked.
Accounting* gfp_accounting() noexcept;

}  // namespace tfm
