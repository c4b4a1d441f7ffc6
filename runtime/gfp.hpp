// SPDX-License-Identifier: MIT
// Allocation as the kernel does it: a flag says whether the caller may sleep.
//
// Two objects implement this header. gfp_plain.cpp only hands out memory; timed rounds link it.
// gfp_counted.cpp also keeps the ledger and injects faults; counted rounds and tests link it.
// Strategies cannot see which one is linked, and count nothing themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

#include "runtime/error.hpp"

namespace tfm {

/// Whether the caller may sleep: `kernel` on the slow path, `atomic` on the fast path and in
/// softirq.
enum class Gfp : std::uint8_t { kernel, atomic };

/// The account of the bytes in the ledger. Only a label: plain allocation ignores it.
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

/// `bytes` of uninitialised memory, or nullptr. Aligned to 16, or to 8 if a zone gives 8 bytes or
/// fewer. Free with gfp_free().
[[nodiscard]] void* gfp_alloc(std::size_t bytes, Gfp gfp, Owner owner) noexcept;

/// As realloc(3): on nullptr the old block is unchanged. For OpenSSL's hooks.
[[nodiscard]] void* gfp_realloc(void* block, std::size_t bytes, Gfp gfp, Owner owner) noexcept;

/// Frees what gfp_alloc() returned; nullptr is allowed.
void gfp_free(void* block) noexcept;

/// As kfree_sensitive(): zeroes the first `bytes`, then frees the block.
void gfp_free_sensitive(void* block, std::size_t bytes) noexcept;

/// The allocator behind gfp_alloc().
enum class Allocator : std::uint8_t { glibc, jemalloc, mimalloc, tcmalloc };
inline constexpr std::string_view allocator_names[] = {"glibc", "jemalloc", "mimalloc", "tcmalloc"};

/// Nothing if no allocator has that name.
constexpr std::optional<Allocator> allocator_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < std::size(allocator_names); ++i) {
    if (name == allocator_names[i]) return static_cast<Allocator>(i);
  }
  return std::nullopt;
}

/// The allocator's own statistics, for the whole process.
struct AllocatorStatistics {
  std::uint64_t live_bytes = 0;      ///< of allocated blocks, as it rounds them
  std::uint64_t resident_bytes = 0;  ///< held from the system, for blocks and for itself
};

/// Whether gfp_use() can select it on this machine.
bool allocator_installed(Allocator allocator) noexcept;

/// Selects the allocator. Call it once, before the first allocation of the process.
/// Errors: enoent: it is not installed here; then nothing changes.
Errno gfp_use(Allocator allocator) noexcept;

/// The statistics of the allocator that gfp uses now. Slow: do not call it while anything is timed.
AllocatorStatistics gfp_allocator_statistics() noexcept;

/// What a provider allocates inside (OpenSSL) is charged to this scope.
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

/// The ledger and the fault injector, or nullptr if the plain object is linked.
Accounting* gfp_accounting() noexcept;

}  // namespace tfm
