// SPDX-License-Identifier: MIT
#include "bench/driver/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>

#include "bench/driver/sittings.hpp"

namespace tfm::bench {
namespace {

double seconds(std::chrono::steady_clock::duration d) {
  return std::chrono::duration<double>(d).count();
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<unsigned>(std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::size_t terminal_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

Progress::Progress(const Plan& plan)
    : plan_(plan), terminal_(::isatty(STDERR_FILENO) == 1), printed_(Clock::now()) {}

void Progress::expect(const std::vector<Job>& jobs, std::string_view until) {
  rounds_ += jobs.size();
  until_ = until;
  running_ = nullptr;
  for (const Job& job : jobs) {
    cost_left_ += cost(plan_.blocks[job.block], job.pass);
    sittings_.insert(job.sitting);
  }
  printed_tenth_ = tenth();
}

Progress::~Progress() { wipe(); }

void Progress::done(const Job& job) {
  ++rounds_done_;
  cost_left_ -= cost(plan_.blocks[job.block], job.pass);
}

void Progress::found(const Job& job) {
  done(job);
  printed_tenth_ = tenth();
}

void Progress::waiting(const Job& job, std::chrono::seconds wait) {
  const bool first = waits_for_ != job.sitting;
  running_ = &job;
  waits_for_ = job.sitting;
  wait_ = wait;
  print(terminal_ || first);
}

void Progress::started(const Job& job) {
  running_ = &job;
  waits_for_.reset();
  running_since_ = Clock::now();
  print(terminal_);
}

void Progress::finished() {
  measured_seconds_ += seconds(Clock::now() - running_since_);
  measured_cost_ += cost(plan_.blocks[running_->block], running_->pass);
  done(*running_);
  print(terminal_);
}

void Progress::left_out(const Job& job) {
  cost_left_ -= cost(plan_.blocks[job.block], job.pass);
  running_ = nullptr;
}

void Progress::tick() { print(terminal_); }

void Progress::note(const std::string& line) {
  wipe();
  fmt::print(stderr, "{}\n", line);
}

double Progress::seconds_left() const {
  const double work = std::max(0.0, cost_left_ * measured_seconds_ / measured_cost_);
  const auto later = running_ == nullptr
                         ? 0
                         : std::distance(sittings_.upper_bound(running_->sitting), sittings_.end());
  const std::chrono::seconds waits = (waits_for_ ? wait_ : wait_.zero()) + later * sitting_gap;
  return work + static_cast<double>(waits.count());
}

std::string Progress::text() const {
  std::string text = fmt::format("{}/{} rounds done", rounds_done_, rounds_);
  if (measured_cost_ > 0)
    text += fmt::format(", about {} {}", duration_text(seconds_left()), until_);
  if (waits_for_) {
    text += fmt::format(": sitting {} of {} begins in {}", *waits_for_ + 1, *sittings_.rbegin() + 1,
                        duration_text(static_cast<double>(wait_.count())));
  } else if (rounds_done_ < rounds_ && running_ != nullptr) {
    text += fmt::format(": {}", running_->file.substr(0, running_->file.rfind('.')));
  }
  return text;
}

void Progress::print(bool even_if_soon) {
  const bool due = tenth() > printed_tenth_ || seconds(Clock::now() - printed_) >= 30;
  if (!even_if_soon && !due) return;
  printed_ = Clock::now();
  printed_tenth_ = tenth();
  if (terminal_) {
    // A line that wraps cannot be erased.
    fmt::print(stderr, "\r\x1b[K{}", text().substr(0, terminal_columns() - 1));
  } else {
    fmt::print(stderr, "{}\n", text());
  }
  std::fflush(stderr);
}

void Progress::wipe() const {
  if (terminal_) fmt::print(stderr, "\r\x1b[K");
}

}  // namespace tfm::bench
