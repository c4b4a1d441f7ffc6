// SPDX-License-Identifier: MIT
// A machine read from files of /proc and /sys, and the hashes that stand for it.
#include "bench/machine/machine.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "bench/machine/short_hash.hpp"

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

/// A folder in the place of "/".
class Root {
 public:
  Root() {
    std::string name = (fs::temp_directory_path() / "tfmbench-root-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;
  ~Root() { fs::remove_all(path_); }

  void write(const std::string& file, const std::string& text) const {
    fs::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file) << text;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

const std::vector<unsigned> cores = {3, 1};

TEST(Machine, IsReadFromItsFiles) {
  const Root root;
  root.write("proc/cpuinfo",
             "processor : 1\nvendor_id : GenuineIntel\nflags : fpu sse\n\n"
             "processor : 3\nvendor_id : GenuineIntel\nflags : fpu sse\n");
  root.write("proc/sys/kernel/randomize_va_space", "2\n");
  root.write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
  root.write("sys/kernel/mm/transparent_hugepage/defrag", "always defer [defer+madvise] never\n");
  root.write("sys/devices/system/cpu/cpu3/cpufreq/scaling_governor", "performance\n");
  root.write("sys/devices/system/cpu/vulnerabilities/retbleed", "Vulnerable\n");
  root.write("sys/devices/system/cpu/vulnerabilities/meltdown", "Not affected\n");
  const Machine m = read_machine(cores, std::nullopt, root.path());
  EXPECT_EQ(m.cpu.vendor, "GenuineIntel");
  EXPECT_FALSE(m.cpus_differ);
  EXPECT_EQ(m.aslr, "full");
  EXPECT_EQ(m.thp, "madvise");
  EXPECT_EQ(m.thp_defrag, "defer+madvise");
  EXPECT_EQ(m.hypervisor, "none");
  EXPECT_EQ(m.governors, (std::map<unsigned, std::optional<std::string>>{{1, std::nullopt},
                                                                         {3, "performance"}}));
  EXPECT_EQ(m.mitigations, (std::map<std::string, std::string>{{"meltdown", "Not affected"},
                                                               {"retbleed", "Vulnerable"}}));
}

TEST(Machine, WhatCannotBeReadIsNothing) {
  const Root root;
  const Machine m = read_machine(cores, std::nullopt, root.path());
  EXPECT_EQ(m.cpu, CpuIdentity());
  EXPECT_EQ(m.aslr, std::nullopt);
  EXPECT_EQ(m.thp, std::nullopt);
  EXPECT_EQ(m.thp_defrag, std::nullopt);
  EXPECT_EQ(m.hypervisor, std::nullopt) << "without flags nobody says that there is none";
  EXPECT_EQ(m.mitigations, std::nullopt);
  EXPECT_EQ(m.governors.at(3), std::nullopt);
  root.write("sys/kernel/mm/transparent_hugepage/enabled", "always madvise never\n");
  root.write("sys/hypervisor/type", "xen\n");
  EXPECT_EQ(read_machine(cores, std::nullopt, root.path()).thp, std::nullopt);
  EXPECT_EQ(read_machine(cores, std::nullopt, root.path()).hypervisor, "xen");
}

TEST(Machine, CpusOfTwoModelsAreNoticed) {
  const Root root;
  root.write("proc/cpuinfo", "processor : 1\nmodel : 7\n\nprocessor : 3\nmodel : 8\n");
  const Machine m = read_machine(cores, std::nullopt, root.path());
  EXPECT_EQ(m.cpu.model, "8") << "the first that is used";
  EXPECT_TRUE(m.cpus_differ);
}

TEST(ShortHash, IsTheBeginningOfSha256) {
  EXPECT_EQ(short_hash(""), "e3b0c44298fc");     // FIPS 180-4's empty message
  EXPECT_EQ(short_hash("abc"), "ba7816bf8f01");  // FIPS 180-4's one-block message
}

TEST(HostHash, TellsMachinesApartAndKeepsTheirNames) {
  const auto one = host_hash("0123", "alpha");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->size(), 12U);
  EXPECT_EQ(host_hash("0123", "alpha"), one);
  EXPECT_NE(host_hash("0123", "beta"), one) << "another name";
  EXPECT_NE(host_hash("4567", "alpha"), one) << "another machine of the same name";
  EXPECT_NE(one, short_hash("alpha")) << "a guessed name alone does not give the hash";
  EXPECT_EQ(host_hash("", "alpha"), std::nullopt);
  EXPECT_EQ(host_hash("0123", ""), std::nullopt);
}

}  // namespace
}  // namespace tfm::bench
