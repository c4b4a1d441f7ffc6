// SPDX-License-Identifier: MIT
// Shared by the strategies that keep operations on the stack (onstack, onstack_prepared).
#pragma once

#include "strategies/strategy.hpp"

namespace tfm {

/// The most scratch that a stack frame holds. Protocols that need more have buffers of their own.
inline constexpr std::size_t max_stack_scratch_bytes = 256;

/// The reason why a stack frame cannot hold these and a key of `key_bytes`, or empty.
constexpr std::string_view refused_on_stack(const Algorithm& algorithm, std::size_t scratch_bytes,
                                            std::size_t key_bytes) noexcept {
  if (scratch_bytes > max_stack_scratch_bytes) return "the scratch does not fit in a stack frame";
  if (algorithm.request_context_bytes > max_stack_context_bytes)
    return "the request does not fit in a stack frame";
  if (key_bytes > max_stack_context_bytes) return "the prepared key does not fit in a stack frame";
  return {};
}

}  // namespace tfm
