// SPDX-License-Identifier: MIT
// The allocator of gfp, with marks around each call.
#pragma once

namespace tfm::bench {

/// Puts marks around the allocator that gfp uses now. What a call itself costs more is 2
/// instructions before the first mark and 4 behind it (a call and a return in place of a jump).
/// Call once, while no thread allocates.
void mark_allocator() noexcept;

}  // namespace tfm::bench
