// SPDX-License-Identifier: MIT
// Calls kernel/lanes, the Python package that measures in real kernels.
#pragma once

#include <string>
#include <vector>

namespace tfm::bench {

/// Replaces this process by the lanes with these arguments, which they parse themselves. If that
/// fails, it prints why and returns an exit code. The package is in the folder TFMBENCH_KERNEL, or
/// in kernel/ in the source.
int exec_kernel(const std::vector<std::string>& arguments);

}  // namespace tfm::bench
