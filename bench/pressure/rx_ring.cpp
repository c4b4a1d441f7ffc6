// SPDX-License-Identifier: MIT
#include "bench/pressure/rx_ring.hpp"

#include <algorithm>
#include <deque>
#include <optional>

#include "bench/pressure/rx_skb.hpp"
#include "runtime/rcu.hpp"
#include "workloads/traffic/trace.hpp"

namespace tfm::bench {
namespace {

class Offering {
 public:
  Offering(ZonedCell& zoned, const RxRing& ring, const std::vector<double>& arrivals,
           double offered_pps)
      : zone_(zoned.zone()),
        cell_(*zoned.cell()),
        headroom_bytes_(zoned.cell()->skb_headroom_bytes()),
        ring_(ring),
        arrivals_(arrivals),
        gap_ns_(1e9 / offered_pps),
        held_(zone_) {
    trial_.offered_pps = offered_pps;
  }

  const Tally& tally() const { return tally_; }

  Trial run() {
    while (next_ < arrivals_.size() || waiting_ > 0) {
      if (waiting_ == 0) now_ns_ = std::max(now_ns_, due(next_));
      admit();
      poll();
    }
    pass_over_lost();
    return trial_;
  }

 private:
  struct Arrival {
    const Skb* skb;
    std::optional<RxSkb> memory;  ///< its skb while it waits in the ring; nothing: it was lost
  };

  double due(std::size_t i) const { return arrivals_[i] * gap_ns_; }

  /// Admits everything that has arrived by now.
  void admit() {
    while (next_ < arrivals_.size() && due(next_) <= now_ns_) {
      const Skb* skb = received(next_++);
      zone_.tick();
      ++trial_.packets;
      std::optional<RxSkb> memory;
      if (waiting_ == ring_.slots) {
        ++trial_.ring_losses;
      } else if ((memory = RxSkb::alloc(zone_, skb->length, headroom_bytes_))) {
        ++waiting_;
      } else {
        ++trial_.skb_losses;
      }
      arrived_.push_back({skb, memory});
    }
  }

  void poll() {
    for (unsigned k = 0; k < poll_packets && waiting_ > 0; ++k) {
      pass_over_lost();
      const Arrival first = arrived_.front();
      arrived_.pop_front();
      --waiting_;
      held_.hold(*first.memory);
      if (cell_.handle(0, *first.skb, tally_) == Outcome::no_memory) ++trial_.operation_losses;
      now_ns_ += ring_.service_ns;
      admit();
    }
    held_.free_all();
    rcu_quiescent_state();
  }

  /// Reports lost packets to the cell, in order of arrival with those that it handles.
  void pass_over_lost() {
    for (; !arrived_.empty() && !arrived_.front().memory; arrived_.pop_front()) {
      cell_.lost(0, *arrived_.front().skb);
    }
  }

  /// The i-th RX packet of the trace: every other poll is RX.
  const Skb* received(std::size_t i) const {
    static_assert(Trace::direction_of(poll_packets) == Direction::rx);
    return cell_.poll(0, i / poll_packets * 2 + 1) + i % poll_packets;
  }

  Zone& zone_;
  CellPackets& cell_;
  std::size_t headroom_bytes_;
  const RxRing& ring_;
  const std::vector<double>& arrivals_;
  double gap_ns_;
  HeldSkbs held_;
  std::deque<Arrival> arrived_;  // in order: waiting packets, and lost ones not yet reported
  std::size_t waiting_ = 0;
  double now_ns_ = 0;
  std::size_t next_ = 0;
  Tally tally_;
  Trial trial_;
};

}  // namespace

Trial offer(ZonedCell& cell, const RxRing& ring, const std::vector<double>& arrivals,
            double offered_pps) {
  Offering offering(cell, ring, arrivals, offered_pps);
  const Trial trial = offering.run();
  check_tally(cell.strategy(), offering.tally(), Failures::injected);
  return trial;
}

}  // namespace tfm::bench
