// SPDX-License-Identifier: MIT
// How the API of 7.x asks a driver that is over no shash (crypto/ahash.c of 7.3): what waits of a
// block, and what the API itself does when an operation ends later. None of the model's algorithms
// is such a driver. The code is there since the kernel's functions have it, and what a compiler
// saves in front of a branch depends on what lies behind it.
#pragma once

#include "runtime/ahash_library/ahash.hpp"

namespace tfm::ahash_library {

inline bool has(const Ahash& tfm, std::uint32_t flag) noexcept {
  return (tfm.base.alg->flags & flag) != 0;
}
inline AhashAlg& driver_of(const Ahash& tfm) noexcept { return tfm.alg_as<AhashAlg>(); }

inline bool is_virtual(const AhashRequest& request) noexcept {
  return (request.flags & ahash::virtual_address) != 0;
}
inline const std::uint8_t* address_of(const AhashRequest& request) noexcept {
  return reinterpret_cast<const std::uint8_t*>(request.source);
}

/// Bytes that an update must leave for finup, though they fill a block.
inline std::uint32_t kept_of(const Ahash& tfm) noexcept {
  return has(tfm, ahash::alg_flag::final_nonzero) ? 1 : 0;
}
/// How much waits in the block before this byte, which ends the request.
inline std::uint8_t& waiting_of(AhashRequest& request, const Ahash& tfm) noexcept {
  return reinterpret_cast<std::uint8_t*>(&request + 1)[tfm.request_bytes - 1];
}

inline bool is_pending(Errno e) noexcept { return e == Errno::einprogress || e == Errno::ebusy; }

/// ahash_do_req_chain(). `operation`: where the driver's table has it.
Errno ask(AhashRequest& request, Errno (*const& operation)(AhashRequest&) noexcept) noexcept;

/// ahash_save_req(): the driver calls `complete` in place of the user's.
inline void save(AhashRequest& request, void (*complete)(void*, Errno)) noexcept {
  request.saved_complete = request.complete;
  request.saved_data = request.data;
  request.complete = complete;
  request.data = &request;
}

/// What follows on the driver's part: ahash_update_finish(), ahash_finup_finish(). They undo
/// save().
Errno finish_update(AhashRequest& request, Errno e) noexcept;
Errno finish_finup(AhashRequest& request, Errno e) noexcept;
/// The same, for an operation that ended later: ahash_update_done(), ahash_finup_done().
void update_done(void* request, Errno e) noexcept;
void finup_done(void* request, Errno e) noexcept;

/// ahash_def_finup(): an update, and the driver's final.
Errno default_finup(AhashRequest& request) noexcept;

}  // namespace tfm::ahash_library
