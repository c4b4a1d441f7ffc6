// SPDX-License-Identifier: MIT
// A machine as JSON, and what makes two machines one kind.
#include "bench/driver/machine_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tfm::bench {
namespace {

Machine a_machine() {
  Machine m;
  m.architecture = "x86_64";
  m.cpu = {.vendor = "GenuineIntel",
           .name = "Xeon",
           .family = "6",
           .model = "143",
           .stepping = "8",
           .microcode = "0x2b"};
  m.topology = synthetic_topology("core:2 l2:1(size=1048576) pu:2");
  m.threads = 4;
  m.memory_bytes = 1 << 30;
  m.kernel = "Linux 6.1.0";
  m.mitigations = std::map<std::string, std::string>{{"retbleed", "Vulnerable"}};
  m.thp = "madvise";
  m.governors = {{0, "performance"}, {2, std::nullopt}};
  m.aslr = "full";
  m.hypervisor = "none";
  m.host = "0123456789ab";
  return m;
}

TEST(MachineKind, IsWhatTheMachineIs) {
  const std::string kind = machine_kind(a_machine());
  const auto with = [](auto change) {
    Machine m = a_machine();
    change(m);
    return machine_kind(m);
  };
  EXPECT_EQ(kind.size(), 12U);
  EXPECT_NE(with([](Machine& m) { m.architecture = "aarch64"; }), kind);
  EXPECT_NE(with([](Machine& m) { m.cpu.vendor = "AuthenticAMD"; }), kind);
  EXPECT_NE(with([](Machine& m) { m.cpu.name = "Xeon Gold"; }), kind);
  EXPECT_NE(with([](Machine& m) { m.cpu.family = "7"; }), kind);
  EXPECT_NE(with([](Machine& m) { m.cpu.model = "144"; }), kind);
  EXPECT_NE(with([](Machine& m) { m.cpu.stepping.reset(); }), kind);
  EXPECT_NE(with([](Machine& m) { m.topology->caches[0].bytes = 2097152; }), kind);
  EXPECT_NE(with([](Machine& m) { m.kernel = "Linux 6.1.1"; }), kind);
  EXPECT_NE(with([](Machine& m) {
              for (auto& core : m.topology->cores) core.resize(1);
            }),
            kind);
}

TEST(MachineKind, IsTheSameOnAnotherHost) {
  Machine other = a_machine();
  other.host = "ba9876543210";
  other.memory_bytes *= 2;
  other.governors = {{1, "performance"}};
  EXPECT_EQ(machine_kind(other), machine_kind(a_machine()));
}

TEST(MachineJson, HasNullForWhatIsNotKnown) {
  const nlohmann::json known = machine_json(a_machine());
  EXPECT_EQ(known["cores"], 2);
  EXPECT_EQ(known["threads"], 4);
  EXPECT_EQ(known["smt"], true);
  EXPECT_EQ(known["caches"][0]["threads"], 2);
  EXPECT_EQ(known["governors"], nlohmann::json::parse(R"({"0": "performance", "2": null})"));
  EXPECT_EQ(known["thp"], nlohmann::json::parse(R"({"enabled": "madvise", "defrag": null})"));
  const nlohmann::json unknown = machine_json({});
  EXPECT_EQ(unknown.size(), known.size());
  for (const char* key :
       {"host", "cpu", "vendor", "family", "model", "stepping", "microcode", "packages",
        "numa_nodes", "cores", "smt", "caches", "mitigations", "aslr", "hypervisor"}) {
    EXPECT_TRUE(unknown[key].is_null()) << key;
  }
}

}  // namespace
}  // namespace tfm::bench
