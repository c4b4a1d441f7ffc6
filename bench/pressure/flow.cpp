// SPDX-License-Identifier: MIT
#include "bench/pressure/flow.hpp"

#include <algorithm>

#include "bench/pressure/rx_skb.hpp"
#include "runtime/rcu.hpp"
#include "workloads/traffic/trace.hpp"

namespace tfm::bench {
namespace {

/// A socket that closes opens again only after this many others have closed. In the meantime other
/// users can take its memory.
constexpr std::uint32_t most_closed_sockets = 32;

class Flow {
 public:
  explicit Flow(ZonedCell& zoned)
      : zone_(zoned.zone()),
        cell_(*zoned.cell()),
        churn_(*zoned.cell()),
        headroom_bytes_(zoned.cell()->skb_headroom_bytes()),
        closed_sockets_(std::clamp(zoned.sockets_open() / 2, 1U, most_closed_sockets)),
        skbs_(zone_) {}

  void run_poll(std::uint64_t i) {
    const Skb* poll = cell_.poll(0, i);
    for (unsigned k = 0; k < poll_packets; ++k) {
      zone_.tick();
      if (poll[k].direction == Direction::rx) {
        receive(poll[k]);
      } else {
        handle(poll[k], flow_.tx);
      }
    }
    skbs_.free_all();
    rcu_quiescent_state();
  }

  /// One socket opens again, then another one closes. A handshake segment counts as a packet.
  void turn_over() {
    zone_.tick();
    const Tally before = flow_.tally;
    churn_.open_again(0, closed_sockets_, flow_.tally);
    const Tally& now = flow_.tally;
    if (now.packets != before.packets) {
      const bool refused = now.allocation_failures != before.allocation_failures;
      ++flow_.operations;
      count(flow_.tx, refused);
    }
    const std::uint64_t accepts_failed = now.accept_failures - before.accept_failures;
    flow_.accept_failures += accepts_failed;
    flow_.open_failures += now.open_failures - before.open_failures - accepts_failed;
    churn_.close_next(0, flow_.tally);
  }

  PressureFlow end() {
    const ZoneUsage usage = zone_.usage();
    flow_.free_pages_lowest = usage.free_pages_lowest;
    flow_.sequence_hash = usage.sequence_hash;
    flow_.drops.end();
    return std::move(flow_);
  }

 private:
  void receive(const Skb& skb) {
    const auto memory = RxSkb::alloc(zone_, skb.length, headroom_bytes_);
    if (memory) {
      skbs_.hold(*memory);
      handle(skb, flow_.rx);
      return;
    }
    ++flow_.rx.packets;
    ++flow_.rx.skb_refused;
    ++flow_.tally.packets;
    ++flow_.tally.drops;
    if (skb.forged) ++flow_.tally.forged;
    cell_.lost(0, skb);
    flow_.drops.add(true, zone_.usage().free_pages);
  }

  void handle(const Skb& skb, FlowCounts& counts) {
    const Outcome outcome = cell_.handle(0, skb, flow_.tally);
    const bool asked = outcome != Outcome::failed && outcome != Outcome::malformed &&
                       outcome != Outcome::replayed && cell_.needs_operation(skb);
    if (asked) ++flow_.operations;
    count(counts, outcome == Outcome::no_memory);
  }

  void count(FlowCounts& counts, bool refused) {
    ++counts.packets;
    if (refused) ++counts.operation_refused;
    flow_.drops.add(refused, zone_.usage().free_pages);
  }

  Zone& zone_;
  CellPackets& cell_;
  CellChurn& churn_;
  std::size_t headroom_bytes_;
  std::uint32_t closed_sockets_;
  HeldSkbs skbs_;
  PressureFlow flow_;
};

}  // namespace

PressureFlow run_pressure_flow(ZonedCell& cell, std::uint64_t polls, double reopenings_per_poll) {
  Flow flow(cell);
  double due = 0;
  for (std::uint64_t i = 0; i < polls; ++i) {
    flow.run_poll(i);
    due += reopenings_per_poll;
    while (due >= 1) {
      flow.turn_over();
      due -= 1;
    }
  }
  return flow.end();
}

}  // namespace tfm::bench
