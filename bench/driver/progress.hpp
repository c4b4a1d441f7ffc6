// SPDX-License-Identifier: MIT
// The progress line on stderr: how many rounds are done, which one is running, and how long the
// rest takes.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bench/driver/plan.hpp"

namespace tfm::bench {

/// On a terminal, one line is updated in place. Else lines are printed after every tenth of the
/// rounds, or after half a minute.
class Progress {
 public:
  explicit Progress(const Plan& plan);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Rounds that the run must have at its end, or at its next look: `until` is "left" or says so.
  void expect(const std::vector<Job>& jobs, std::string_view until);

  void found(const Job& job);                               ///< an earlier run has done this round
  void waiting(const Job& job, std::chrono::seconds wait);  ///< for its sitting; call it repeatedly
  void started(const Job& job);
  void finished();                ///< the job that was started last
  void left_out(const Job& job);  ///< it could not run, or is not started
  void tick();                    ///< about once a second

  /// Prints another line without breaking the progress line.
  void note(const std::string& line);

  std::size_t rounds() const { return rounds_; }
  std::size_t rounds_done() const { return rounds_done_; }

 private:
  using Clock = std::chrono::steady_clock;

  void done(const Job& job);
  std::size_t tenth() const { return rounds_ == 0 ? 0 : 10 * rounds_done_ / rounds_; }
  double seconds_left() const;
  std::string text() const;
  void print(bool even_if_soon);
  void wipe() const;

  const Plan& plan_;
  bool terminal_;
  std::size_t rounds_ = 0, rounds_done_ = 0;
  std::string until_;
  double cost_left_ = 0;

  const Job* running_ = nullptr;
  Clock::time_point running_since_;
  double measured_seconds_ = 0, measured_cost_ = 0;

  std::set<std::uint32_t> sittings_;        ///< those of the jobs
  std::optional<std::uint32_t> waits_for_;  ///< the sitting whose begin is waited for
  std::chrono::seconds wait_{0};            ///< how long still

  Clock::time_point printed_;
  std::size_t printed_tenth_ = 0;
};

}  // namespace tfm::bench
