// SPDX-License-Identifier: MIT
#include "bench/driver/round_executables.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <vector>

#include "bench/machine/short_hash.hpp"
#include "bench/result_file.hpp"

namespace tfm::bench {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view usual = "tfmbench_round", counted = "tfmbench_round_counted",
                           with_retpolines = "tfmbench_round_retpoline";

std::vector<std::string_view> built() {
  std::vector<std::string_view> names = {usual, counted};
  if (retpolines_built()) names.push_back(with_retpolines);
  return names;
}

}  // namespace

bool retpolines_built() { return TFM_RETPOLINES != 0; }

std::string no_executable(const Block& block, bool has_retpolines) {
  if (block.spectre_v2 == "off" || has_retpolines) return {};
  return "this build has no retpolines: they need x86-64, and a build without a sanitizer";
}

RoundExecutables::RoundExecutables() {
  const char* const given = std::getenv("TFMBENCH_ROUND_DIR");
  std::error_code error;
  ours_ = given == nullptr;
  folder_ = ours_ ? fs::read_symlink("/proc/self/exe", error).parent_path() : fs::path(given);
}

fs::path RoundExecutables::of(Pass pass, const Block& block) const {
  if (pass == Pass::counted) return folder_ / counted;
  return folder_ / (block.spectre_v2 == "retpoline" ? with_retpolines : usual);
}

OrLine<void> RoundExecutables::check() const {
  for (const std::string_view name : built()) {
    const fs::path path = folder_ / name;
    if (::access(path.c_str(), X_OK) != 0) {
      return tl::unexpected(fmt::format("{} is missing: build it", path.string()));
    }
  }
  return {};
}

OrLine<std::string> RoundExecutables::hash() const {
  std::string hashes;
  for (const std::string_view name : built()) {
    const auto bytes = read_whole(folder_ / name);
    if (!bytes) return tl::unexpected(bytes.error());
    hashes += short_hash(*bytes) + '\n';
  }
  return short_hash(hashes);
}

}  // namespace tfm::bench
