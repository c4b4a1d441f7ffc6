// SPDX-License-Identifier: MIT
// Between a zone and gfp, which may be drawing on it.
#pragma once

namespace tfm {

class Zone;

/// A zone that holds no blocks ends: gfp forgets it, and draws on the allocator again if it drew on
/// this zone.
void gfp_zone_gone(const Zone& zone) noexcept;

}  // namespace tfm
