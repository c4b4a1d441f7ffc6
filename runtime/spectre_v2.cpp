// SPDX-License-Identifier: MIT
// Compiled with the model of the kernel's crypto API (kernel_code in CMakeLists.txt), once without
// retpolines and once with them.
#include "runtime/spectre_v2.hpp"

namespace tfm {

std::string_view spectre_v2() noexcept {
#ifdef TFM_WITH_RETPOLINES
  return "retpoline";
#else
  return "off";
#endif
}

}  // namespace tfm
