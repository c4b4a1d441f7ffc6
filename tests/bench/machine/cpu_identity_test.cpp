// SPDX-License-Identifier: MIT
// /proc/cpuinfo of several machines, shortened.
#include "bench/machine/cpu_identity.hpp"

#include <gtest/gtest.h>

namespace tfm::bench {
namespace {

constexpr std::string_view x86 = R"(processor	: 0
vendor_id	: AuthenticAMD
cpu family	: 25
model		: 1
model name	: AMD EPYC 7763 64-Core Processor
stepping	: 1
microcode	: 0xa0011d1
cpu MHz		: 2450.000
flags		: fpu vme avx2 hypervisor vaes
power management:

processor	: 1
vendor_id	: AuthenticAMD
cpu family	: 25
model		: 1
model name	: AMD EPYC 7763 64-Core Processor
stepping	: 1
microcode	: 0xa0011d5
flags		: fpu vme avx2 hypervisor vaes

)";

constexpr std::string_view graviton2 = R"(processor	: 0
BogoMIPS	: 243.75
Features	: fp asimd evtstrm aes pmull sha1 sha2
CPU implementer	: 0x41
CPU architecture: 8
CPU variant	: 0x3
CPU part	: 0xd0c
CPU revision	: 1
)";

/// Two kinds of cores, and a part that no table has.
constexpr std::string_view big_little = R"(processor	: 0
CPU implementer	: 0x41
CPU architecture: 8
CPU variant	: 0x0
CPU part	: 0xd03
CPU revision	: 4

processor	: 4
CPU implementer	: 0x41
CPU architecture: 8
CPU variant	: 0x0
CPU part	: 0xfff
CPU revision	: 2

processor	: 5
CPU implementer	: 0x99
CPU architecture: 8
CPU variant	: 0x0
CPU part	: 0xd03
CPU revision	: 2

Hardware	: BCM2835
)";

TEST(CpuIdentity, OfX86) {
  const auto cpus = cpu_identities(x86);
  ASSERT_EQ(cpus.size(), 2U);
  EXPECT_EQ(cpus.at(0), (CpuIdentity{.vendor = "AuthenticAMD",
                                     .name = "AMD EPYC 7763 64-Core Processor",
                                     .family = "25",
                                     .model = "1",
                                     .stepping = "1",
                                     .microcode = "0xa0011d1"}));
  EXPECT_NE(cpus.at(1), cpus.at(0)) << "another microcode";
  EXPECT_EQ(cpu_flags(x86), "fpu vme avx2 hypervisor vaes");
}

TEST(CpuIdentity, OfAarch64) {
  const auto cpus = cpu_identities(graviton2);
  ASSERT_EQ(cpus.size(), 1U);
  EXPECT_EQ(cpus.at(0), (CpuIdentity{.vendor = "ARM",
                                     .name = "Neoverse-N1",
                                     .family = "8",
                                     .model = "0xd0c",
                                     .stepping = "r3p1",
                                     .microcode = std::nullopt}));
  EXPECT_EQ(cpu_flags(graviton2), std::nullopt);
}

TEST(CpuIdentity, OfCpusThatDiffer) {
  const auto cpus = cpu_identities(big_little);
  ASSERT_EQ(cpus.size(), 3U);
  EXPECT_EQ(cpus.at(0).name, "Cortex-A53");
  EXPECT_EQ(cpus.at(4).vendor, "ARM");
  EXPECT_EQ(cpus.at(4).name, std::nullopt) << "a part that is not known has no name";
  EXPECT_EQ(cpus.at(4).model, "0xfff");
  EXPECT_EQ(cpus.at(5).vendor, "0x99") << "an implementer that is not known keeps its number";
  EXPECT_EQ(cpus.at(5).name, std::nullopt) << "parts are numbered by their implementer";
}

TEST(CpuIdentity, WhatIsNotToldIsNothing) {
  EXPECT_TRUE(cpu_identities("").empty());
  EXPECT_TRUE(cpu_identities("nonsense\nprocessor : x\n").empty());
  const auto cpus = cpu_identities("processor\t: 3\nmicrocode\t:\n");
  ASSERT_EQ(cpus.size(), 1U);
  EXPECT_EQ(cpus.at(3), CpuIdentity());
  EXPECT_EQ(cpu_flags(""), std::nullopt);
}

}  // namespace
}  // namespace tfm::bench
