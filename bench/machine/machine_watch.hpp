// SPDX-License-Identifier: MIT
// Disturbances by the machine while a round was measured.
#pragma once

#include <cstdint>
#include <optional>

namespace tfm::bench {

struct MachineEvents {
  double steal_percent = 0;                ///< of all cores' time, taken by the hypervisor
  std::uint64_t involuntary_switches = 0;  ///< of this process
  std::optional<std::uint64_t>
      migrations;  ///< of the main thread; nothing if the kernel does not report it
};

/// Counts from its construction.
class MachineWatch {
 public:
  MachineWatch();
  MachineEvents since() const;

 private:
  struct Counters {
    std::uint64_t steal = 0, total = 0, switches = 0;
    std::optional<std::uint64_t> migrations;
  };
  static Counters read();
  Counters begin_;
};

/// Resident bytes of this process (/proc/self/statm); 0 if the kernel does not report them.
std::int64_t resident_bytes();

}  // namespace tfm::bench
