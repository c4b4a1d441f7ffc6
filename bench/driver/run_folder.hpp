// SPDX-License-Identifier: MIT
// The folder of a run: held by one process at a time, and never written into when it is not ours.
#pragma once

#include <filesystem>

#include "bench/driver/run_json.hpp"

namespace tfm::bench {

/// Move-only; holds the lock until it is destroyed and the last round process is gone (round
/// processes inherit it, so a folder is free only when no one can write there any more).
class RunFolder {
 public:
  /// Makes the folder, locks it, sweeps temporaries, and writes run.json or checks the one that is
  /// there. Errors: another run holds it; it is not a run's folder; it is a different run's; it
  /// cannot be written.
  static OrLine<RunFolder> open(const std::filesystem::path& path, const RunIdentity& identity);

  RunFolder(RunFolder&& other) noexcept;
  RunFolder& operator=(RunFolder&&) = delete;
  ~RunFolder();

  std::filesystem::path round_path(const Job& job) const { return path_ / "rounds" / job.file; }

  /// Removes what a killed round process left.
  void sweep() const;

  /// An error if a round file is there that is not one of `jobs`.
  OrLine<void> check_no_strangers(const std::vector<Job>& jobs) const;

 private:
  RunFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_;
};

}  // namespace tfm::bench
