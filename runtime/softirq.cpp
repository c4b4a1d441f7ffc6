// SPDX-License-Identifier: MIT
#include "runtime/softirq.hpp"

#include <sched.h>

namespace tfm {

bool pin_to_core(unsigned core) noexcept {
  if (core >= CPU_SETSIZE) return false;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
}

}  // namespace tfm
