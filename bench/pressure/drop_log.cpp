// SPDX-License-Identifier: MIT
#include "bench/pressure/drop_log.hpp"

namespace tfm::bench {

void DropLog::add(bool dropped, std::uint32_t free_pages) {
  ++packets_;
  if (dropped) {
    ++drops_;
    ++burst_;
    if (episode_last_ == 0) episode_first_ = packets_ - 1;
    episode_last_ = packets_;
  } else {
    end_burst();
    if (episode_last_ != 0 && packets_ - episode_last_ >= quiet_packets) end_episode();
  }
  if (packets_ % packets_per_point == 0 && timeline_.size() < most_points) {
    timeline_.push_back({packets_, free_pages, drops_});
  }
}

void DropLog::end() {
  end_burst();
  end_episode();
}

void DropLog::end_burst() {
  if (burst_ != 0) ++bursts_[burst_];
  burst_ = 0;
}

void DropLog::end_episode() {
  if (episode_last_ != 0) ++recoveries_[episode_last_ - episode_first_];
  episode_last_ = 0;
}

}  // namespace tfm::bench
