// SPDX-License-Identifier: MIT
// What the strategies share whose operations live on the stack (onstack, onstack_prepared).
#pragma once

#include "strategies/strategy.hpp"

namespace tfm {

/// What a stack frame is asked for as scratch; protocols with more have buffers of their own.
inline constexpr std::size_t max_stack_scratch_bytes = 256;

/// Why a frame cannot hold these and a key of `key_bytes`; empty: it can.
constexpr std::string_view refused_on_stack(const Algorithm& algorithm, std::size_t scratch_bytes,
                                            std::size_t key_bytes) noexcept {
  if (scratch_bytes > max_stack_scratch_bytes) return "its scratch outgrows a stack frame";
  if (algorithm.request_context_bytes > max_stack_context_bytes)
    return "its request outgrows a stack frame";
  if (key_bytes > max_stack_context_bytes) return "its prepared key outgrows a stack frame";
  return {};
}

}  // namespace tfm
