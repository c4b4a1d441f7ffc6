// SPDX-License-Identifier: MIT
// How the model of the kernel's crypto API makes indirect calls.
#pragma once

#include <string_view>

namespace tfm {

/// The word of the axis spectre_v2 that this program's model was compiled for: "off" or
/// "retpoline".
std::string_view spectre_v2() noexcept;

}  // namespace tfm
