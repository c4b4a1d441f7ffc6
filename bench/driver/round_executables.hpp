// SPDX-License-Identifier: MIT
// The executables that measure rounds.
#pragma once

#include <filesystem>

#include "bench/block.hpp"
#include "bench/driver/matrix.hpp"
#include "bench/pass.hpp"

namespace tfm::bench {

/// Whether this build has an executable with retpolines. A sanitizer's build and other processors
/// than x86-64 have none.
bool retpolines_built();

/// The reason why no executable of a build measures the block, or empty.
std::string no_executable(const Block& block, bool has_retpolines = retpolines_built());

class RoundExecutables {
 public:
  /// They are in the folder of this executable, or in TFMBENCH_ROUND_DIR.
  RoundExecutables();

  /// The one that measures the block in that pass.
  std::filesystem::path of(Pass pass, const Block& block) const;

  /// Whether they are from this build. Only for this build it is known whether it may time.
  bool ours() const { return ours_; }

  /// Error: one is missing.
  OrLine<void> check() const;

  /// Identifies what was built: the short hash of all executables' bytes. A git revision does not:
  /// two trees with local changes have the same one, and a source archive has none. Bytes rather
  /// than GNU build ids, because not every compiler writes those, and because a stripped or patched
  /// copy is another program. Two checkouts of a revision give the same bytes with the same
  /// compiler: the executables contain neither paths nor times.
  OrLine<std::string> hash() const;

 private:
  std::filesystem::path folder_;
  bool ours_;
};

}  // namespace tfm::bench
