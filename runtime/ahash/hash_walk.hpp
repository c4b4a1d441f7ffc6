// SPDX-License-Identifier: MIT
// The walk over a request's scatterlist (struct crypto_hash_walk, crypto/ahash.c): a step gives
// what lies in one page.
//
// What is a function of its own here is one in Debian's 6.12 and 7.3, too: hash_walk_new_entry()
// and crypto_hash_walk_done(). Their compilers inline the rest.
#pragma once

#include <algorithm>

#include "runtime/ahash/scatterlist.hpp"
#include "runtime/error.hpp"

namespace tfm::ahash {

/// CRYPTO_TFM_REQ_MAY_SLEEP: a walk may yield between pages.
inline constexpr std::uint32_t may_sleep = 0x200;
/// CRYPTO_AHASH_REQ_VIRT: the request has an address in place of a scatterlist. 7.x has it, and
/// 6.12 has not.
inline constexpr std::uint32_t virtual_address = 1;

/// The bytes of a step, 0 at the end, or an error as the kernel writes it: less than 0.
using Step = std::int32_t;

inline Step step_of(Errno e) noexcept { return -static_cast<Step>(e); }
/// Of a walk's last step.
inline Errno error_of(Step end) noexcept { return static_cast<Errno>(-end); }

/// Where an operation is. `Flags`: those of a request that this kernel's walk knows.
template <std::uint32_t Flags = may_sleep>
class HashWalk {
 public:
  const std::uint8_t* data() const noexcept { return data_; }
  /// crypto_hash_walk_last(): whether this step is the last.
  bool last() const noexcept { return (entry_left_ | total_left_) == 0; }

  /// crypto_hash_walk_first().
  template <class AhashRequest>
  Step first(const AhashRequest& request) noexcept {
    total_left_ = request.bytes;
    entry_left_ = 0;
    if (total_left_ == 0) return 0;
    flags_ = request.flags;
    if (is_virtual()) {
      data_ = reinterpret_cast<const std::uint8_t*>(request.source);
      total_left_ = 0;
      return static_cast<Step>(request.bytes);
    }
    entry_ = request.source;
    return new_entry();
  }

  /// crypto_hash_walk_done(). `e`: what became of this step; after an error there is no next.
  [[gnu::noinline]] Step next(Errno e) noexcept {
    if (is_virtual()) return step_of(e);
    data_ -= offset_;
    // crypto_yield() asks this; in softirq no request may sleep, and so none yields.
    if ((flags_ & may_sleep) != 0) asm volatile("");
    if (failed(e)) return step_of(e);
    if (entry_left_ != 0) {
      offset_ = 0;
      page_ += struct_page_bytes;
      return step();
    }
    if (total_left_ == 0) return 0;
    entry_ = sg_next(entry_);
    return new_entry();
  }

 private:
  bool is_virtual() const noexcept { return (Flags & flags_ & virtual_address) != 0; }

  [[gnu::noinline]] Step new_entry() noexcept {
    page_ = entry_->page() + entry_->offset / page_bytes * struct_page_bytes;
    offset_ = entry_->offset % page_bytes;
    entry_left_ = std::min(entry_->length, total_left_);
    total_left_ -= entry_left_;
    return step();
  }
  Step step() noexcept {
    const std::uint32_t bytes =
        std::min(entry_left_, static_cast<std::uint32_t>(page_bytes) - offset_);
    data_ = address_of(page_) + offset_;
    entry_left_ -= bytes;
    return static_cast<Step>(bytes);
  }

  const std::uint8_t* data_ = nullptr;
  std::uint32_t offset_ = 0;
  std::uint32_t flags_ = 0;
  PageNumber page_ = 0;
  std::uint32_t total_left_ = 0;
  std::uint32_t entry_left_ = 0;
  Scatterlist* entry_ = nullptr;
};

}  // namespace tfm::ahash
