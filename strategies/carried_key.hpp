// SPDX-License-Identifier: MIT
// A key that the request carries ("per-request keys"): a transform's context that belongs to the
// request. No kernel code does this yet.
#pragma once

#include "strategies/strategy.hpp"

namespace tfm {

/// Bytes of that context. It follows the request and is aligned to 8, as all contexts are. 0 if the
/// algorithm is keyless: the request then runs on the algorithm's one transform, or on no transform
/// if there is nothing to set up.
inline std::size_t carried_key_bytes(const Algorithm& algorithm) noexcept {
  return algorithm.keyed ? algorithm.transform_context_bytes : 0;
}

/// Makes `memory` the context of the request's own key. The memory is not zeroed, so set the key
/// before the first operation. Errors: the provider's; on failure nothing is held.
inline Errno carried_key_attach(Request& request, void* memory, Gfp gfp, Owner owner) noexcept {
  if (request.algorithm->transform_init != nullptr) {
    const Errno e = request.algorithm->transform_init(memory, gfp, owner);
    if (failed(e)) return e;
  }
  request.transform_context = memory;
  return Errno::ok;
}

/// Undoes carried_key_attach(). The owner of the memory must zero its bytes.
inline void carried_key_detach(Request& request) noexcept {
  if (request.algorithm->transform_exit != nullptr)
    request.algorithm->transform_exit(request.transform_context);
}

}  // namespace tfm
