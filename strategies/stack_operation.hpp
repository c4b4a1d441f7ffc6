// SPDX-License-Identifier: MIT
// An operation that lies on the stack with its request, a key prepared there, and scratch:
// onstack's for every packet, onstack_prepared's for a packet without a socket.
#pragma once

#include "runtime/bytes.hpp"
#include "strategies/carried_key.hpp"
#include "strategies/stack_frame.hpp"

namespace tfm {

class StackOperation {
 public:
  Request& request() noexcept { return *reinterpret_cast<Request*>(request_); }
  std::uint8_t* scratch() noexcept { return scratch_; }

  /// The bytes of `raw_key` must stay until prepare(). Errors: the provider's.
  Errno start(const Algorithm& algorithm, Bytes raw_key) noexcept {
    raw_key_ = raw_key;
    Errno e = request_attach(request_, algorithm, nullptr, Gfp::atomic, Owner::request);
    if (failed(e)) return e;
    e = carried_key_attach(request(), key_, Gfp::atomic, Owner::request);
    if (failed(e)) request_detach(request());
    return e;
  }
  Errno prepare() noexcept { return request_setkey(request(), raw_key_); }
  void end() noexcept {
    const Algorithm& algorithm = *request().algorithm;
    carried_key_detach(request());
    request_detach(request());
    // The kernel's final functions zero their contexts.
    memzero_explicit(key_, carried_key_bytes(algorithm));
    if (!algorithm.final_zeroes) memzero_explicit(request_, Request::bytes(algorithm));
  }

 private:
  Bytes raw_key_;
  alignas(16) std::uint8_t request_[sizeof(Request) + max_stack_context_bytes];
  alignas(16) std::uint8_t key_[max_stack_context_bytes];
  std::uint8_t scratch_[max_stack_scratch_bytes];
};

}  // namespace tfm
