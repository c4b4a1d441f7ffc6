// SPDX-License-Identifier: MIT
#pragma once

#include <intel-ipsec-mb.h>

#include "runtime/error.hpp"

namespace tfm {

/// Takes the functions of `manager`'s class of code (SSE, AVX2, ...), and finds the size of their
/// keys. The manager is not needed afterwards. Errors: enomem: there is no manager; eopnotsupp: its
/// code does not run on this CPU, or failed the library's own tests. After a failure the functions
/// stay as they were.
Errno ipsec_mb_take(IMB_MGR* manager) noexcept;

}  // namespace tfm
