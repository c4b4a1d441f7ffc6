// SPDX-License-Identifier: MIT
// The two executables that measure rounds.
#pragma once

#include <filesystem>

#include "bench/driver/matrix.hpp"
#include "bench/pass.hpp"

namespace tfm::bench {

class RoundExecutables {
 public:
  /// They are in the folder of this executable, or in TFMBENCH_ROUND_DIR.
  RoundExecutables();

  std::filesystem::path of(Pass pass) const;

  /// Whether they are from this build. Only for this build it is known whether it may time.
  bool ours() const { return ours_; }

  /// Error: one is missing.
  OrLine<void> check() const;

  /// Identifies what was built: the short hash of both executables' bytes. A git revision does not:
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
