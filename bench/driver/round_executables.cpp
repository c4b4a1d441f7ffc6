// SPDX-License-Identifier: MIT
#include "bench/driver/round_executables.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "bench/machine/short_hash.hpp"
#include "bench/result_file.hpp"

namespace tfm::bench {

namespace fs = std::filesystem;

RoundExecutables::RoundExecutables() {
  const char* const given = std::getenv("TFMBENCH_ROUND_DIR");
  std::error_code error;
  ours_ = given == nullptr;
  folder_ = ours_ ? fs::read_symlink("/proc/self/exe", error).parent_path() : fs::path(given);
}

fs::path RoundExecutables::of(Pass pass) const {
  return folder_ / (pass == Pass::counted ? "tfmbench_round_counted" : "tfmbench_round");
}

OrLine<void> RoundExecutables::check() const {
  for (const Pass pass : all_passes) {
    if (::access(of(pass).c_str(), X_OK) != 0) {
      return tl::unexpected(fmt::format("{} is missing: build it", of(pass).string()));
    }
  }
  return {};
}

OrLine<std::string> RoundExecutables::hash() const {
  std::string hashes;
  for (const Pass pass : {Pass::timed, Pass::counted}) {
    const auto bytes = read_whole(of(pass));
    if (!bytes) return tl::unexpected(bytes.error());
    hashes += short_hash(*bytes) + '\n';
  }
  return short_hash(hashes);
}

}  // namespace tfm::bench
