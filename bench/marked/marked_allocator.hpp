// SPDX-License-Identifier: MIT
// The allocator of gfp, with marks around each call.
#pragma once

namespace tfm::bench {

/// Puts marks around the allocator that gfp uses now. A call takes 5 instructions more then: 2
/// before the first mark, 1 between them, 2 behind. Call once, while no thread allocates.
void mark_allocator() noexcept;

}  // namespace tfm::bench
