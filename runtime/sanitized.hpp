// SPDX-License-Identifier: MIT
// Whether this is a sanitizer's build, which replaces malloc and adds memory of its own.
#pragma once

namespace tfm {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
inline constexpr bool sanitized =
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace tfm
