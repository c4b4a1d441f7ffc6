// SPDX-License-Identifier: MIT
#include "bench/driver/kernel.hpp"

#include "bench/driver/python.hpp"

namespace tfm::bench {

int exec_kernel(const std::vector<std::string>& arguments) {
  return exec_python({.folder = "kernel",
                      .program = "lanes/__main__.py",
                      .variable = "TFMBENCH_KERNEL",
                      .module = "kernel.lanes",
                      .cannot = "measure in a kernel"},
                     arguments);
}

}  // namespace tfm::bench
