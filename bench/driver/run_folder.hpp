// SPDX-License-Identifier: MIT
// The folder of a run. Only one process at a time can hold it. A folder that belongs to something
// else is never written to.
#pragma once

#include <filesystem>

#include "bench/driver/run_json.hpp"

namespace tfm::bench {

/// Move-only. The lock is held until this object is destroyed and the last round process has ended:
/// round processes inherit it, so a free folder has no writers left.
class RunFolder {
 public:
  /// Makes the folder, locks it, removes temporary files, and writes run.json or checks the
  /// existing one, which can get more rounds and says which sittings `identity` has. Errors:
  /// another run holds the folder; it is not the folder of a run; it belongs to a different run; it
  /// cannot be written.
  static OrLine<RunFolder> open(const std::filesystem::path& path, RunIdentity& identity);

  RunFolder(RunFolder&& other) noexcept;
  RunFolder& operator=(RunFolder&&) = delete;
  ~RunFolder();

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path round_path(const Job& job) const { return path_ / "rounds" / job.file; }

  /// The note that the job's round could not run (bench/driver/not_run.hpp).
  std::filesystem::path note_path(const Job& job) const { return path_ / "not_run" / job.file; }
  OrLine<void> note(const Job& job, const std::string& text) const;
  /// Removes the note, now that the round has run.
  void forget_note(const Job& job) const;

  /// Removes the temporary files of a killed round process.
  void sweep() const;

  /// Error: the folder has a round file, or a note of one, that belongs to none of `jobs`.
  OrLine<void> check_no_strangers(const std::vector<Job>& jobs) const;

 private:
  RunFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_;
};

}  // namespace tfm::bench
