// SPDX-License-Identifier: MIT
// A key that a request carries with it: a transform's context that belongs to the request. No
// kernel code does so yet ("per-request keys").
#pragma once

#include "strategies/strategy.hpp"

namespace tfm {

/// Bytes that the context takes behind a request; aligned to 8 as contexts are. None if keyless:
/// the request then runs on the algorithm's one transform, or, where that has nothing to set up, on
/// none at all.
inline std::size_t carried_key_bytes(const Algorithm& algorithm) noexcept {
  return algorithm.keyed ? algorithm.transform_context_bytes : 0;
}

/// Makes `memory` the request's own key, which must be set before it is used: it is not zeroed
/// first. Errors: the provider's; on failure nothing is held.
inline Errno carried_key_attach(Request& request, void* memory, Gfp gfp, Owner owner) noexcept {
  if (request.algorithm->transform_init != nullptr) {
    const Errno e = request.algorithm->transform_init(memory, gfp, owner);
    if (failed(e)) return e;
  }
  request.transform_context = memory;
  return Errno::ok;
}

/// Undoes carried_key_attach(); the bytes themselves are for the memory's owner to zero.
inline void carried_key_detach(Request& request) noexcept {
  if (request.algorithm->transform_exit != nullptr)
    request.algorithm->transform_exit(request.transform_context);
}

}  // namespace tfm
