// SPDX-License-Identifier: MIT
#include "bench/driver/run_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "bench/driver/add_rounds.hpp"
#include "bench/result_file.hpp"

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

tl::unexpected<std::string> failure(std::string_view what, const fs::path& path,
                                    const std::error_code& error) {
  return tl::unexpected(fmt::format("cannot {} {}: {}", what, path.string(), error.message()));
}

std::error_code last_error() { return {errno, std::generic_category()}; }

/// flock(2), repeated for a second: the last round process of a killed run can hold the lock for a
/// moment.
bool lock_soon(int fd) {
  for (int attempt = 0; attempt < 20; ++attempt) {
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

/// Without a run.json, the folder may only contain what an earlier start made before it wrote that
/// file.
OrLine<void> check_fresh(const fs::path& path) {
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    const fs::path name = it->path().filename();
    if (name == ".lock" || is_temporary(name) ||
        (name == "rounds" && fs::is_empty(it->path(), error)))
      continue;
    return tl::unexpected(
        fmt::format("{} has {} but no run.json: it is not a run's folder; choose another --out",
                    path.string(), name.string()));
  }
  if (error) return failure("list", path, error);
  return {};
}

/// When the last of these rounds ended; nothing: there is none.
OrLine<std::optional<UtcTime>> last_end(const fs::path& rounds) {
  std::optional<UtcTime> last;
  std::error_code error;
  for (fs::directory_iterator it(rounds, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() != ".json") continue;
    const auto text = read_whole(it->path());
    if (!text) return tl::unexpected(text.error());
    // A file that is spoiled is found, and named, when it is compared with its round.
    if (const auto ended = end_of_round(*text)) last = last ? std::max(*last, *ended) : *ended;
  }
  if (error) return failure("list", rounds, error);
  return last;
}

}  // namespace

OrLine<RunFolder> RunFolder::open(const fs::path& path, RunIdentity& identity) {
  std::error_code error;
  const bool existed = fs::exists(path, error);
  fs::create_directories(path, error);
  if (error) return failure("make", path, error);
  const fs::path run_file = path / "run.json";
  // Checked before anything is written: the folder could contain the user's own files.
  if (existed && !fs::exists(run_file, error)) {
    if (auto fresh = check_fresh(path); !fresh) return tl::unexpected(fresh.error());
  }

  // No O_CLOEXEC: round processes must inherit the lock.
  const fs::path lock_file = path / ".lock";
  // NOLINTNEXTLINE(android-cloexec-open)
  const int lock = ::open(lock_file.c_str(), O_RDWR | O_CREAT, 0666);
  if (lock < 0) return failure("write", lock_file, last_error());
  RunFolder folder(path, lock);
  if (!lock_soon(lock)) {
    return tl::unexpected(fmt::format("another run is writing to {}", path.string()));
  }

  fs::create_directory(path / "rounds", error);
  if (error) return failure("make", path / "rounds", error);
  for (const fs::path& swept : {path, path / "rounds", path / "not_run"}) {
    if (!fs::exists(swept, error)) continue;
    if (auto done = sweep_temporaries(swept); !done) return tl::unexpected(done.error());
  }
  if (!fs::exists(run_file, error)) {
    if (auto done = write_whole(run_file, run_json(identity)); !done) {
      return tl::unexpected(done.error());
    }
    return folder;
  }
  const auto text = read_whole(run_file);
  if (!text) return tl::unexpected(text.error());
  const auto ended = last_end(path / "rounds");
  if (!ended) return tl::unexpected(ended.error());
  const auto continued = continue_run(*text, identity, *ended, utc_now());
  if (!continued) {
    return tl::unexpected(
        fmt::format("{}: {}; choose another --out", run_file.string(), continued.error()));
  }
  if (continued->adds) {
    if (auto done = write_whole(run_file, continued->text); !done) {
      return tl::unexpected(done.error());
    }
  }
  return folder;
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

RunFolder::~RunFolder() {
  if (lock_ >= 0) ::close(lock_);
}

void RunFolder::sweep() const { (void)sweep_temporaries(path_ / "rounds"); }

OrLine<void> RunFolder::check_no_strangers(const std::vector<Job>& jobs) const {
  std::set<std::string> known;
  for (const Job& job : jobs) known.insert(job.file);
  for (const fs::path& folder : {path_ / "rounds", path_ / "not_run"}) {
    std::error_code error;
    if (!fs::exists(folder, error)) continue;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      if (it->path().extension() == ".json" && !known.contains(it->path().filename().string())) {
        return tl::unexpected(fmt::format(
            "{} is not a round of this run: move it out of the folder", it->path().string()));
      }
    }
    if (error) return failure("list", folder, error);
  }
  return {};
}

OrLine<void> RunFolder::note(const Job& job, const std::string& text) const {
  const fs::path path = note_path(job);
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return failure("make", path.parent_path(), error);
  return write_whole(path, text);
}

void RunFolder::forget_note(const Job& job) const {
  std::error_code error;
  fs::remove(note_path(job), error);
}

}  // namespace tfm::bench
