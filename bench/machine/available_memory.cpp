// SPDX-License-Identifier: MIT
#include "bench/machine/available_memory.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

/// The number after `key` in a file of lines KEY NUMBER.
std::optional<std::uint64_t> number_of(const fs::path& path, std::string_view key) {
  std::ifstream file(path);
  std::string word;
  std::uint64_t number = 0;
  for (std::string line; file >> word >> number; std::getline(file, line)) {
    if (word == key) return number;
  }
  return std::nullopt;
}

/// The number that is the file's only content; nothing for "max".
std::optional<std::uint64_t> number_in(const fs::path& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  if (!(file >> number)) return std::nullopt;
  return number;
}

/// What the group's limit leaves. Cached files count as free: the kernel drops them first.
std::optional<std::uint64_t> left_in_group(const fs::path& group) {
  const auto limit = number_in(group / "memory.max");
  const auto used = number_in(group / "memory.current");
  if (!limit || !used) return std::nullopt;
  const std::uint64_t files = number_of(group / "memory.stat", "file").value_or(0);
  const std::uint64_t taken = *used > files ? *used - files : 0;
  return *limit > taken ? *limit - taken : 0;
}

/// The path of this process's group below the mount of control groups: the line "0::/PATH".
std::string own_group(const fs::path& root) {
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) return line.substr(4);
  }
  return {};
}

}  // namespace

std::uint64_t available_memory(const fs::path& root) {
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  if (const auto kib = number_of(root / "proc/meminfo", "MemAvailable:")) least = *kib * 1024;
  const fs::path groups = root / "sys/fs/cgroup";
  fs::path group = own_group(root);
  for (;;) {  // the limits of all groups above it hold, too
    least = std::min(least, left_in_group(groups / group).value_or(least));
    if (group.empty()) break;
    group = group.parent_path();
  }
  rlimit space{};
  if (::getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY) {
    least = std::min<std::uint64_t>(least, space.rlim_cur);
  }
  return least;
}

}  // namespace tfm::bench
