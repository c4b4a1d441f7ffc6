// SPDX-License-Identifier: MIT
// Runs one round process: starts it, passes the request, watches it, and kills it if the driver
// ends.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "bench/driver/matrix.hpp"

namespace tfm::bench {

/// While this object lives, SIGINT and SIGTERM are blocked, and run_child() notices them instead.
/// One object at a time.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  /// True after a signal has come.
  bool pending();
  /// Waits for one, at most a second. Returns pending().
  bool wait_a_second();
  int fd() const { return fd_; }
  const sigset_t& before() const { return before_; }

 private:
  sigset_t before_{};
  int fd_;
  bool seen_ = false;
};

struct ChildEnd {
  enum class How { exited, signalled, timed_out, interrupted };
  How how;
  int number;                      ///< exit code or signal
  std::uint64_t memory_bytes = 0;  ///< the most that it, or a child of it, had resident
};

/// Starts `executable --out out` with `request` on its stdin and waits until it ends. It is killed
/// when this process dies, a signal interrupts it, or `limit` has passed. `on_line` gets each line
/// of its stderr; `on_tick` is called about once a second. Error: it could not be started.
OrLine<ChildEnd> run_child(const std::filesystem::path& executable,
                           const std::filesystem::path& out, const std::string& request,
                           std::chrono::seconds limit, Interrupts& interrupts,
                           const std::function<void(const std::string&)>& on_line,
                           const std::function<void()>& on_tick);

}  // namespace tfm::bench
