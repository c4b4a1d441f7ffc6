// SPDX-License-Identifier: MIT
#include "runtime/rcu.hpp"

#include <cstdio>
#include <cstdlib>

namespace tfm::detail {

void rcu_bug(const char* what) noexcept {
  std::fprintf(stderr, "rcu: %s inside a read-side section\n", what);
  std::abort();
}

}  // namespace tfm::detail
