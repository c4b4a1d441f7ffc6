// SPDX-License-Identifier: MIT
// The progress line on stderr: how much is done, what is running, how long the rest will take.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "bench/driver/plan.hpp"

namespace tfm::bench {

/// On a terminal one line is kept up to date; else plain lines, every tenth of the way or half a
/// minute.
class Progress {
 public:
  /// `jobs`: all that this run is to have in the end.
  Progress(const Plan& plan, const std::vector<Job>& jobs);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void found(const Job& job);  ///< done by an earlier run
  void started(const Job& job);
  void finished();  ///< the job that was started last
  void tick();      ///< about once a second

  /// Prints a line of someone else's without tearing ours.
  void note(const std::string& line);

  std::size_t rounds_done() const { return rounds_done_; }

 private:
  using Clock = std::chrono::steady_clock;

  void done(const Job& job);
  double seconds_left() const;
  std::string text() const;
  void print(bool even_if_soon);
  void wipe() const;

  const Plan& plan_;
  bool terminal_;
  std::vector<std::size_t> left_of_block_;  ///< rounds still to come
  std::size_t cells_ = 0, cells_done_ = 0;
  std::size_t rounds_, rounds_done_ = 0;
  double cost_left_ = 0;

  const Job* running_ = nullptr;
  Clock::time_point running_since_;
  double measured_seconds_ = 0, measured_cost_ = 0;

  Clock::time_point printed_;
  std::size_t printed_tenth_ = 0;
};

}  // namespace tfm::bench
