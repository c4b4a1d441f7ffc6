// SPDX-License-Identifier: MIT
// Instantiates all marked cells of one protocol: TFM_PROTOCOL is its index in the registry.
#include <algorithm>
#include <utility>

#include "bench/cell/exchange.hpp"
#include "bench/cell/marked_cell_of.hpp"
#include "bench/cell/marked_strategy.hpp"
#include "bench/cell/pairs.hpp"
#include "bench/cell/sockets_of.hpp"
#include "bench/cell/softirq_section.hpp"
#include "bench/words.hpp"
#include "strategies/registry.hpp"
#include "workloads/registry.hpp"

namespace tfm::bench {
namespace {

/// Bytes in front of each packet: enough for a request and its scratch, as in the workload's trace.
template <Protocol P>
std::size_t headroom_bytes(const WorkloadOf<P>& workload) {
  std::size_t most = 0;
  for (std::uint32_t i = 0; i < workload.kinds(); ++i) {
    const Kind& kind = workload.kind(i);
    const std::size_t request = Request::bytes(*kind.algorithm) + kind.scratch_bytes;
    most = std::max(most, Skb::headroom_for(request));
  }
  return most;
}

/// A packet of each socket, without protection, in an order drawn by the seed.
template <Protocol P>
Trace one_of_each(const WorkloadOf<P>& workload, std::uint16_t payload, Rng& rng) {
  const P& protocol = workload.protocol();
  const auto length = static_cast<std::uint16_t>(protocol.packet_bytes(payload));
  std::vector<PlannedPacket> plan;
  for (std::uint32_t i = 0; i < workload.sockets(); ++i) plan.push_back({i, payload, length});
  for (std::size_t i = plan.size(); i > 1; --i) {
    std::swap(plan[i - 1], plan[rng.below(static_cast<std::uint32_t>(i))]);
  }
  Trace trace(plan, headroom_bytes(workload));
  for (Skb& skb : trace.skbs()) {
    skb.direction = Direction::tx;
    skb.length = static_cast<std::uint16_t>(
        protocol.build(workload.connection(skb.socket), skb.direction, 0, payload, skb.bytes()));
  }
  return trace;
}

template <Strategy S, Protocol P>
class MarkedCellOf final : public MarkedCell {
 public:
  MarkedCellOf(const WorkloadOf<P>& workload, std::unique_ptr<S> strategy, const Sizes& sizes,
               Rng rng)
      : workload_(workload),
        strategy_(std::move(strategy)),
        sockets_(workload, *strategy_),
        payload_(
            static_cast<std::uint16_t>(sizes.payload(rng, workload.protocol().packet_bytes(0)))),
        trace_(one_of_each(workload, payload_, rng)) {}

  Errno open() override {
    const Errno e = sockets_.open_first(workload_.sockets()).error;
    if (failed(e)) sockets_.close();
    return e;
  }

  std::span<const Skb> packets() const noexcept override { return trace_.skbs(); }
  std::size_t payload_bytes() const noexcept override { return payload_; }

  void send(Tally& tally) noexcept override {
    const SoftirqSection softirq(workload_.in_softirq(Direction::tx));
    for (const Skb& skb : trace_.skbs()) {
      ++tally.packets;
      count_sent(bench::send(*strategy_, 0, sockets_[skb.socket], workload_.protocol(),
                             workload_.connection(skb.socket), skb, output_),
                 tally);
    }
  }

 private:
  const WorkloadOf<P>& workload_;
  std::unique_ptr<S> strategy_;
  SocketsOf<S, P> sockets_;
  std::uint16_t payload_;
  Trace trace_;
  OutputBuffer output_;
};

}  // namespace

template <Protocol P>
Result<std::unique_ptr<MarkedCell>> marked_cell_of(const WorkloadOf<P>& workload,
                                                   const Block& block, std::string_view strategy,
                                                   std::uint64_t seed) {
  const Sizes sizes = *sizes_named(split(block.workload, '/').back());
  Result<std::unique_ptr<MarkedCell>> cell = error(Errno::enoent);
  const auto make = [&]<class S>() {
    if (S::name != strategy) return;
    if constexpr (!has_pair(S::name, P::name) || BatchedStrategy<S>) {
      cell = error(Errno::eopnotsupp);
    } else {
      using Marked = MarkedStrategy<S>;
      auto made = Marked::create(StrategyOptions{.possible_cpus = workload.possible_cpus()});
      if (!made) {
        cell = error(made.error());
      } else {
        cell =
            std::make_unique<MarkedCellOf<Marked, P>>(workload, std::move(*made), sizes, Rng(seed));
      }
    }
  };
  for_each_strategy(block.key == "prepared" ? KeyForm::prepared : KeyForm::raw, make);
  return cell;
}

using Own = ProtocolList::At<TFM_PROTOCOL>;
template Result<std::unique_ptr<MarkedCell>> marked_cell_of(const WorkloadOf<Own>&, const Block&,
                                                            std::string_view, std::uint64_t);

}  // namespace tfm::bench
