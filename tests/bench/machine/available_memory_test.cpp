// SPDX-License-Identifier: MIT
// The memory that is available, on machines that the test makes up.
#include "bench/machine/available_memory.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t mib = 1 << 20;

class AvailableMemory : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "memory.XXXXXX";
    root_ = ::mkdtemp(pattern.data());
    write("proc/meminfo", "MemTotal:  8000000 kB\nMemFree:  10 kB\nMemAvailable:  4096 kB\n");
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const fs::path& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  fs::path root_;
};

TEST_F(AvailableMemory, WithoutLimitsTheKernelsEstimate) {
  EXPECT_EQ(available_memory(root_), 4 * mib);
  write("proc/self/cgroup", "0::/a/b\n");
  write("sys/fs/cgroup/a/b/memory.max", "max\n");
  write("sys/fs/cgroup/a/b/memory.current", "1048576\n");
  EXPECT_EQ(available_memory(root_), 4 * mib);
}

TEST_F(AvailableMemory, AGroupsLimitLessWhatItUsesButCachedFiles) {
  write("proc/self/cgroup", "4:memory:/old\n0::/a/b\n");
  write("sys/fs/cgroup/a/b/memory.max", "3145728\n");
  write("sys/fs/cgroup/a/b/memory.current", "2097152\n");
  EXPECT_EQ(available_memory(root_), 1 * mib);
  write("sys/fs/cgroup/a/b/memory.stat", "anon 1048576\nfile 1048576\n");
  EXPECT_EQ(available_memory(root_), 2 * mib);
  write("sys/fs/cgroup/a/b/memory.current", "9000000\n");
  EXPECT_EQ(available_memory(root_), 0U);
}

TEST_F(AvailableMemory, TheGroupsAboveLimitToo) {
  write("proc/self/cgroup", "0::/a/b\n");
  write("sys/fs/cgroup/a/memory.max", "2097152\n");
  write("sys/fs/cgroup/a/memory.current", "0\n");
  EXPECT_EQ(available_memory(root_), 2 * mib);
  write("sys/fs/cgroup/memory.max", "1048576\n");
  write("sys/fs/cgroup/memory.current", "0\n");
  EXPECT_EQ(available_memory(root_), 1 * mib) << "a container sees its own limit at the top";
}

TEST_F(AvailableMemory, TheLimitOfAddressSpace) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_AS, &before), 0);
  write("proc/meminfo", "MemAvailable:  99999999999 kB\n");
  const rlimit limit{std::uint64_t{1} << 46, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_AS, &limit), 0);
  EXPECT_EQ(available_memory(root_), std::uint64_t{1} << 46);
  ::setrlimit(RLIMIT_AS, &before);
}

TEST_F(AvailableMemory, NothingThatCanBeReadIsNoLimit) {
  fs::remove_all(root_ / "proc");
  EXPECT_EQ(available_memory(root_), std::numeric_limits<std::uint64_t>::max());
}

TEST(AvailableMemoryHere, IsSomething) {
  EXPECT_GT(available_memory(), mib);
  EXPECT_LT(available_memory(), std::uint64_t{1} << 50);
}

}  // namespace
}  // namespace tfm::bench
