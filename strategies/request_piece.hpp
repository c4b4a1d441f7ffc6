// SPDX-License-Identifier: MIT
// A request and its scratch in one allocated piece, as ah_alloc_tmp() lays them out
// (net/ipv4/ah4.c): one GFP_ATOMIC allocation per packet.
#pragma once

#include "strategies/strategy.hpp"

namespace tfm {

/// The piece's layout: request, `extra` bytes (a key that the request carries), scratch.
class RequestPiece {
 public:
  Request& request() noexcept { return *static_cast<Request*>(memory_); }
  std::uint8_t* extra() noexcept { return bytes() + Request::bytes(algorithm()); }
  std::uint8_t* scratch() noexcept { return bytes() + scratch_offset_; }

  /// False if the allocation is refused.
  bool alloc(const Algorithm& algorithm, std::size_t extra, std::size_t scratch_bytes) noexcept {
    scratch_offset_ = static_cast<std::uint32_t>(Request::bytes(algorithm) + extra);
    memory_ = gfp_alloc(scratch_offset_ + scratch_bytes, Gfp::atomic, Owner::request);
    return memory_ != nullptr;
  }

  /// Makes the piece's memory a request. Errors: the provider's; then the piece is freed.
  Errno attach(const Algorithm& algorithm, void* transform_context) noexcept {
    const Errno e =
        request_attach(memory_, algorithm, transform_context, Gfp::atomic, Owner::request);
    if (failed(e)) gfp_free(memory_);
    return e;
  }

  /// Makes a piece with a request on `transform`. Errors: enomem, the provider's; then there is no
  /// piece.
  Errno make(Transform& transform, std::size_t scratch_bytes) noexcept {
    if (!alloc(*transform.algorithm, 0, scratch_bytes)) return Errno::enomem;
    return attach(*transform.algorithm, transform.context());
  }

  void free() noexcept {
    request_detach(request());
    gfp_free(memory_);
  }
  /// As ahash_request_free() of the kernel whose API this is: 6.12's zeroes the request, 7.x's not.
  void free_request() noexcept {
    if (algorithm().api == Api::ahash_library) {
      free();
    } else {
      free_sensitive();
    }
  }
  /// As kfree_sensitive(), except that the scratch is not zeroed.
  void free_sensitive() noexcept {
    request_detach(request());
    gfp_free_sensitive(memory_, scratch_offset_);
  }

 private:
  const Algorithm& algorithm() const noexcept {
    return *static_cast<const Request*>(memory_)->algorithm;
  }
  std::uint8_t* bytes() noexcept { return static_cast<std::uint8_t*>(memory_); }

  void* memory_;
  std::uint32_t scratch_offset_;
};

}  // namespace tfm
