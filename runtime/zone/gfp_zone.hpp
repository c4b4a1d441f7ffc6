// SPDX-License-Identifier: MIT
// What a zone tells gfp, which may be using it.
#pragma once

namespace tfm {

class Zone;

/// The zone, which holds no blocks, is about to end. gfp forgets it. If gfp used this zone, it
/// returns to the allocator.
void gfp_zone_gone(const Zone& zone) noexcept;

}  // namespace tfm
