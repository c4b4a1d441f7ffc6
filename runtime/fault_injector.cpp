// SPDX-License-Identifier: MIT
#include "runtime/fault_injector.hpp"

namespace tfm {

FaultInjector::FaultInjector(const Faults& faults) noexcept : faults_(faults), rng_(faults.seed) {}

bool FaultInjector::should_fail(std::size_t bytes, Gfp gfp) noexcept {
  if (gfp == Gfp::kernel && !faults_.also_kernel) return false;
  if (nth_ < faults_.kth) return ++nth_ == faults_.kth && fail();
  if (faults_.sticky && faults_.kth > 0) return true;
  if (faults_.probability <= 0 || faults_.times == 0) return false;
  if (faults_.space > bytes) {
    faults_.space -= bytes;
    return false;
  }
  if (faults_.interval > 1 && ++count_ % faults_.interval != 0) return false;
  return rng_.uniform() < faults_.probability && fail();
}

bool FaultInjector::fail() noexcept {
  if (faults_.times > 0) --faults_.times;
  return true;
}

}  // namespace tfm
