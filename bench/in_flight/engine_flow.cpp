// SPDX-License-Identifier: MIT
#include "bench/in_flight/engine_flow.hpp"

#include <algorithm>
#include <vector>

#include "bench/cell/metered_gfp.hpp"
#include "bench/in_flight/engine.hpp"
#include "workloads/traffic/trace.hpp"

namespace tfm::bench {
namespace {

constexpr unsigned cpu = 0;

class Flow {
 public:
  Flow(Cell& cell, const EngineOptions& options)
      : cell_(cell),
        options_(options),
        offload_(cell.offload(options.depth)),
        most_(std::min(offload_->most_in_flight(), options.depth)),
        engine_(options.engine_ns, options.seed) {
    flow_.kind = offload_->in_flight();
    for (std::uint32_t slot = most_; slot-- > 0;) free_.push_back(slot);
  }

  void lap(std::uint64_t polls) {
    offload_->forget();
    const std::uint64_t packets = polls * poll_packets;
    double filled_ns = now_ns_;
    for (std::uint64_t i = 0; i < packets; ++i) {
      // The first packets find an empty engine with every strategy, so they are not timed.
      if (i == options_.depth) filled_ns = now_ns_;
      packet(cell_.poll(cpu, i / poll_packets)[i % poll_packets]);
    }
    timed_packets_ += packets - options_.depth;
    timed_ns_ += now_ns_ - filled_ns;
    while (!engine_.empty()) end_next();
  }

  EngineFlow end() {
    flow_.packets = flow_.tally.packets;
    flow_.pps = static_cast<double>(timed_packets_) * 1e9 / timed_ns_;
    flow_.request_bytes_peak = meter_.peak_bytes();
    return flow_;
  }

 private:
  void packet(const Skb& skb) {
    while (!engine_.empty() && engine_.next().at_ns <= now_ns_) end_next();
    if (flow_.kind == InFlight::none) return compute_here(skb);
    if (free_.empty()) wait();
    const std::uint32_t slot = free_.back();
    now_ns_ += options_.own_ns;
    if (!offload_->begin(cpu, skb, slot)) return finish(slot);
    free_.pop_back();
    engine_.submit(now_ns_, slot);
    flow_.most_held = std::max(flow_.most_held, static_cast<std::uint32_t>(engine_.holds()));
  }

  /// The request is on the stack. An engine would write to it after the frame is gone, so the
  /// operation must not go to the engine.
  void compute_here(const Skb& skb) {
    now_ns_ += options_.service_ns;
    if (offload_->begin(cpu, skb, 0)) ++flow_.refused;
    offload_->compute(cpu, 0);
    finish(0);
  }

  void wait() {
    const double ns = engine_.next().at_ns - now_ns_;
    const bool for_room = engine_.holds() == options_.depth;
    ++(for_room ? flow_.engine_waits : flow_.waits);
    (for_room ? flow_.engine_waited_ns : flow_.waited_ns) += ns;
    now_ns_ += ns;
    end_next();
  }

  /// Computes as late as possible, so that damage by another operation shows.
  void end_next() {
    const std::uint32_t slot = engine_.next().slot;
    engine_.take();
    offload_->compute(cpu, slot);
    finish(slot);
    free_.push_back(slot);
  }

  void finish(std::uint32_t slot) {
    const Verdict verdict = offload_->finish(cpu, slot, flow_.tally);
    if (verdict != Verdict::failed) ++flow_.checked;
    if (verdict == Verdict::wrong) ++flow_.wrong;
    if (verdict == Verdict::overtaken) ++flow_.overtaken;
  }

  const CellPackets& cell_;
  const EngineOptions options_;
  std::unique_ptr<Offload> offload_;
  std::uint32_t most_;
  std::vector<std::uint32_t> free_;  // slots
  Engine engine_;
  double now_ns_ = 0;
  double timed_ns_ = 0;
  std::uint64_t timed_packets_ = 0;
  EngineFlow flow_;
  MeteredGfp meter_;
};

}  // namespace

EngineFlow run_engine_flow(Cell& cell, std::uint64_t polls, unsigned laps,
                           const EngineOptions& options) {
  Flow flow(cell, options);
  for (unsigned i = 0; i < laps; ++i) flow.lap(polls);
  return flow.end();
}

}  // namespace tfm::bench
