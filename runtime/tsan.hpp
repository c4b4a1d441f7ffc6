// SPDX-License-Identifier: MIT
// TFM_TSAN is defined in builds under ThreadSanitizer.
#pragma once

#if defined(__SANITIZE_THREAD__)
#define TFM_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TFM_TSAN 1
#endif
#endif
