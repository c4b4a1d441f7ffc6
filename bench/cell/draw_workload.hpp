// SPDX-License-Identifier: MIT
// How a workload is made. It draws the packets, builds them, and protects the received ones with a
// reference that is independent of the strategies.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include "bench/cell/reference.hpp"
#include "bench/cell/trace_length.hpp"
#include "bench/cell/workload_of.hpp"
#include "workloads/traffic/choice.hpp"
#include "workloads/traffic/flow_runs.hpp"

namespace tfm::bench {

template <Protocol P>
WorkloadOf<P>::WorkloadOf(const Block& block, const Algorithm& algorithm, const Sizes& sizes,
                          std::uint64_t seed, std::size_t most_packets)
    : algorithm_(algorithm),
      protocol_(algorithm, protocol_options(block, seed)),
      kinds_(block, algorithm, protocol_.scratch_bytes()),
      sockets_(block.sockets),
      possible_cpus_(block.possible_cpus),
      prepared_(block.key == "prepared"),
      churn_per_poll_(block.churn_percent / 100 * poll_packets),
      tx_in_softirq_(block.tx == "softirq") {
  connections_.reserve(sockets_);
  for (std::uint32_t i = 0; i < sockets_; ++i) connections_.push_back(protocol_.connection(i));
  Rng rng(mix_seed(seed, 0x7261636b));
  for (unsigned cpu = 0; cpu < block.cpus; ++cpu) {
    auto plan = draw(block, sizes, cpu, most_packets, rng);
    auto drafts = number(plan);
    zero_traces_.push_back(build_zero(plan, drafts));
    draw_bad(plan, drafts, block.forged_percent / 100, rng);
    traces_.push_back(build(plan, drafts, rng));
  }
  std::ranges::sort(replays_);
}

template <Protocol P>
void WorkloadOf<P>::derive_keys() {
  derived_.reserve(sockets_);
  for (std::uint32_t i = 0; i < sockets_; ++i) {
    derived_.push_back({protocol_.keys(connections_[i]), derive_handshake_keys(i)});
  }
}

template <Protocol P>
Result<TrafficKeys> WorkloadOf<P>::derive_handshake_keys(std::uint32_t i) const {
  if constexpr (HasHandshake<P>) return protocol_.handshake_keys(connections_[i]);
  return protocol_.keys(connections_[i]);
}

template <Protocol P>
ProtocolOptions WorkloadOf<P>::protocol_options(const Block& block, std::uint64_t seed) {
  return {.ipv6 = block.ip == "v6",
          .options_covered = block.options == "covered",
          .shared_key = {},
          .seed = seed};
}

// At most about `most_packets`. A socket belongs to one CPU, as with receive steering: socket i to
// CPU i mod cpus.
template <Protocol P>
std::vector<PlannedPacket> WorkloadOf<P>::draw(const Block& block, const Sizes& sizes, unsigned cpu,
                                               std::size_t most_packets, Rng& rng) const {
  const std::uint32_t own = (sockets_ + block.cpus - 1 - cpu) / block.cpus;
  const SocketChoice choice =
      block.choice == "zipf" ? SocketChoice::zipf(own, rng) : SocketChoice::uniform(own);
  FlowRuns runs(choice, block.flow_run);
  const std::size_t pair_of_polls = std::size_t{2} * poll_packets;
  const std::size_t wanted = std::min(trace_packets(own, block.flow_run, block.cpus), most_packets);
  std::vector<PlannedPacket> plan((wanted + pair_of_polls - 1) / pair_of_polls * pair_of_polls);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    PlannedPacket& p = plan[i];
    p.socket = runs.next(Trace::direction_of(i), rng) * block.cpus + cpu;
    p.payload = static_cast<std::uint16_t>(sizes.payload(rng, protocol_.packet_bytes(0)));
    p.length = static_cast<std::uint16_t>(protocol_.packet_bytes(p.payload));
  }
  return plan;
}

// Numbers the packets. All are genuine at first.
template <Protocol P>
std::vector<typename WorkloadOf<P>::Draft> WorkloadOf<P>::number(
    const std::vector<PlannedPacket>& plan) const {
  std::vector<std::array<std::uint32_t, 2>> next(sockets_);
  std::vector<Draft> drafts;
  drafts.reserve(plan.size());
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const auto direction = static_cast<unsigned>(Trace::direction_of(i));
    drafts.push_back({next[plan[i].socket][direction]++});
  }
  return drafts;
}

// Makes some received packets bad. A replay gets the number and the length of the last genuine
// packet; with other contents it would not be a repeat.
template <Protocol P>
void WorkloadOf<P>::draw_bad(std::vector<PlannedPacket>& plan, std::vector<Draft>& drafts,
                             double forged, Rng& rng) const {
  std::vector<std::optional<std::size_t>> last(sockets_);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    if (Trace::direction_of(i) == Direction::tx) continue;
    auto& genuine = last[plan[i].socket];
    if (rng.uniform() < forged) {
      drafts[i].bad = draw_bad(rng, genuine.has_value());
    } else {
      genuine = i;
    }
    if (drafts[i].bad != Bad::replay) continue;
    drafts[i].number = drafts[*genuine].number;
    plan[i] = plan[*genuine];
  }
}

// Bytes in front of each packet that can hold a request and its scratch. All strategies get
// them, so that the packets lie at the same distance from each other for every strategy.
template <Protocol P>
std::size_t WorkloadOf<P>::headroom_bytes() const noexcept {
  std::size_t most = 0;
  for (std::uint32_t i = 0; i < kinds(); ++i) {
    const std::size_t request = Request::bytes(*kind(i).algorithm) + kind(i).scratch_bytes;
    most = std::max(most, Skb::headroom_for(request));
  }
  return most;
}

// Builds the packets without protection.
template <Protocol P>
Trace WorkloadOf<P>::build_zero(const std::vector<PlannedPacket>& plan,
                                const std::vector<Draft>& drafts) const {
  Trace trace(plan, headroom_bytes());
  for (std::size_t i = 0; i < plan.size(); ++i) {
    Skb& skb = trace.skbs()[i];
    skb.length = static_cast<std::uint16_t>(protocol_.build(
        connections_[skb.socket], skb.direction, drafts[i].number, plan[i].payload, skb.bytes()));
  }
  return trace;
}

// Builds the traces: RX packets as the peer sent them, some of them bad; TX packets before
// protection. If the protection is only a MAC, TX packets already have the right MAC.
template <Protocol P>
Trace WorkloadOf<P>::build(const std::vector<PlannedPacket>& plan, const std::vector<Draft>& drafts,
                           Rng& rng) {
  Trace trace = build_zero(plan, drafts);
  Reference reference(algorithm_, protocol_.scratch_bytes());
  TrafficKeys keys;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    Skb& skb = trace.skbs()[i];
    const Bad bad = drafts[i].bad;
    if (bad == Bad::replay) replays_.push_back(&skb);
    // Deriving keys takes longer than signing a packet: once a run.
    if (i == 0 || skb.socket != plan[i - 1].socket) {
      const auto derived = protocol_.keys(connections_[skb.socket]);
      if (!derived) throw std::runtime_error("the traffic keys of a connection cannot be derived");
      keys = *derived;
    }
    const MutableBytes sent = reference.output(protocol_, connections_[skb.socket], keys, skb);
    if (skb.direction == Direction::rx) {
      if (sent.data() != skb.data) std::copy(sent.begin(), sent.end(), skb.data);
      skb.length = static_cast<std::uint16_t>(sent.size());
    }
    if (bad == Bad::cut) {
      skb.length = static_cast<std::uint16_t>(rng.below(skb.length));
    } else if (bad == Bad::flipped) {
      flip(skb, rng);
    }
    skb.forged = bad != Bad::not_at_all;
  }
  return trace;
}

// Half of the bad packets have a flipped bit. A quarter is cut short. A quarter is replayed if
// the protocol detects replays and a genuine packet came before, else flipped.
template <Protocol P>
typename WorkloadOf<P>::Bad WorkloadOf<P>::draw_bad(Rng& rng, bool any_accepted) noexcept {
  constexpr bool remembers = !std::is_empty_v<typename P::State>;
  switch (rng.below(4)) {
    case 0:
      return Bad::cut;
    case 1:
      return remembers && any_accepted ? Bad::replay : Bad::flipped;
    default:
      return Bad::flipped;
  }
}

// Flips one bit in the bytes that the protocol covers.
template <Protocol P>
void WorkloadOf<P>::flip(Skb& skb, Rng& rng) const noexcept {
  std::uint32_t at;
  do {
    at = rng.below(skb.length);
  } while (!protocol_.covers(skb, at));
  skb.data[at] ^= static_cast<std::uint8_t>(1U << rng.below(8));
}

}  // namespace tfm::bench
