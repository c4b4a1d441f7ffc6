// SPDX-License-Identifier: MIT
// The cores of the machine that threads run on, by the kernel's numbers. A machine can have more
// than the 1,024 of a cpu_set_t, so sets of cores are allocated.
#pragma once

#include <sched.h>

#include <memory>
#include <vector>

namespace tfm {

/// A set of cores.
class CoreSet {
 public:
  /// Empty, with room for the cores below `room`.
  explicit CoreSet(unsigned room);

  void add(unsigned core);               ///< `core` must be below the room
  std::vector<unsigned> listed() const;  ///< ascending

  cpu_set_t* get() noexcept { return set_.get(); }
  std::size_t bytes() const noexcept { return CPU_ALLOC_SIZE(room_); }

 private:
  struct Free {
    void operator()(cpu_set_t* set) const noexcept { CPU_FREE(set); }
  };
  unsigned room_;
  std::unique_ptr<cpu_set_t, Free> set_;
};

/// The cores that the calling thread may run on, ascending. Empty if the kernel does not say.
std::vector<unsigned> allowed_cores();

/// Pins the calling thread to a core. False if the machine has no such core or forbids it.
bool pin_to_core(unsigned core);

}  // namespace tfm
