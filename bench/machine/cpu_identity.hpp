// SPDX-License-Identifier: MIT
// What a CPU says of itself in /proc/cpuinfo, on x86 and on aarch64.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tfm::bench {

/// Each value is as the vendor writes it, or nothing if the kernel does not tell.
struct CpuIdentity {
  std::optional<std::string> vendor;     ///< "GenuineIntel", "ARM"
  std::optional<std::string> name;       ///< "AMD EPYC 7763 64-Core Processor", "Neoverse-N1"
  std::optional<std::string> family;     ///< aarch64: the architecture, "8"
  std::optional<std::string> model;      ///< aarch64: the part, "0xd0c"
  std::optional<std::string> stepping;   ///< aarch64: variant and revision, "r3p1"
  std::optional<std::string> microcode;  ///< none on aarch64
  bool operator==(const CpuIdentity&) const = default;
};

/// By the kernel's number of the CPU. `cpuinfo`: the text of /proc/cpuinfo.
std::map<unsigned, CpuIdentity> cpu_identities(std::string_view cpuinfo);

/// The flags of the first CPU on x86, or nothing.
std::optional<std::string> cpu_flags(std::string_view cpuinfo);

}  // namespace tfm::bench
