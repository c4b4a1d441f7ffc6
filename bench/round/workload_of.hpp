// SPDX-License-Identifier: MIT
// A workload with its protocol: draws who sends what to whom, builds the packets and signs them
// with a reference that no strategy shares.
#pragma once

#include <stdexcept>
#include <vector>

#include "bench/block.hpp"
#include "bench/round/kinds.hpp"
#include "bench/round/reference.hpp"
#include "bench/round/workload.hpp"
#include "workloads/traffic/choice.hpp"
#include "workloads/traffic/sizes.hpp"
#include "workloads/traffic/trace.hpp"

namespace tfm::bench {

template <Protocol P>
class WorkloadOf : public Workload {
 public:
  WorkloadOf(const Block& block, const Algorithm& algorithm, const Sizes& sizes, std::uint64_t seed,
             std::size_t most_packets = SIZE_MAX)
      : algorithm_(algorithm),
        protocol_(algorithm, protocol_options(block, seed)),
        kinds_(block, algorithm, protocol_.scratch_bytes()),
        sockets_(block.sockets),
        possible_cpus_(block.possible_cpus),
        prepared_(block.key == "prepared"),
        churn_per_poll_(block.churn_percent / 100 * poll_packets) {
    connections_.reserve(sockets_);
    for (std::uint32_t i = 0; i < sockets_; ++i) connections_.push_back(protocol_.connection(i));
    Rng rng(mix_seed(seed, 0x7261636b));
    for (unsigned cpu = 0; cpu < block.cpus; ++cpu) {
      const auto plan = draw(block, sizes, cpu, most_packets, rng);
      traces_.push_back(build(plan, block.forged_percent / 100, rng));
      zero_traces_.push_back(build_zero(plan));
    }
  }

  Result<std::unique_ptr<Cell>> cell(std::string_view strategy) const override;

  void derive_keys() override {
    derived_.reserve(sockets_);
    for (std::uint32_t i = 0; i < sockets_; ++i) {
      derived_.push_back(
          {protocol_.keys(connections_[i]), protocol_.handshake_keys(connections_[i])});
    }
  }

  unsigned cpus() const override { return static_cast<unsigned>(traces_.size()); }
  std::uint64_t polls(unsigned cpu) const override { return traces_[cpu].polls(); }

  const Algorithm& algorithm() const noexcept { return algorithm_; }
  /// What socket i asks for, and how many kinds of sockets there are.
  const Kind& kind(std::uint32_t i) const noexcept { return kinds_.of(i); }
  std::uint32_t kinds() const noexcept { return static_cast<std::uint32_t>(kinds_.size()); }
  const P& protocol() const noexcept { return protocol_; }
  std::uint32_t sockets() const noexcept { return sockets_; }
  unsigned possible_cpus() const noexcept { return possible_cpus_; }
  double churn_per_poll() const noexcept { return churn_per_poll_; }
  const typename P::Connection& connection(std::uint32_t i) const noexcept {
    return connections_[i];
  }
  Result<TrafficKeys> keys(std::uint32_t i) const {
    return derived_.empty() ? protocol_.keys(connections_[i]) : derived_[i].established;
  }
  Result<TrafficKeys> handshake_keys(std::uint32_t i) const {
    return derived_.empty() ? protocol_.handshake_keys(connections_[i]) : derived_[i].handshake;
  }
  const Trace& trace(unsigned cpu) const noexcept { return traces_[cpu]; }
  /// The same packets with zero MACs and none forged: what `null` handles.
  const Trace& zero_trace(unsigned cpu) const noexcept { return zero_traces_[cpu]; }

 private:
  struct DerivedKeys {
    Result<TrafficKeys> established, handshake;
  };

  static ProtocolOptions protocol_options(const Block& block, std::uint64_t seed) {
    return {.ipv6 = block.ip == "v6",
            .options_covered = block.options == "covered",
            .shared_key = {},
            .seed = seed};
  }

  /// At least twice as many packets as there are sockets, and 64 polls, unless that is more than
  /// `most_packets`. A socket belongs to one CPU, as receive steering has it: socket i to CPU i mod
  /// cpus.
  std::vector<PlannedPacket> draw(const Block& block, const Sizes& sizes, unsigned cpu,
                                  std::size_t most_packets, Rng& rng) const {
    const std::uint32_t own = (sockets_ + block.cpus - 1 - cpu) / block.cpus;
    const SocketChoice choice =
        block.choice == "zipf" ? SocketChoice::zipf(own, rng) : SocketChoice::uniform(own);
    const std::size_t pair_of_polls = std::size_t{2} * poll_packets;
    const std::size_t wanted =
        std::min(std::max(std::size_t{2} * own, std::size_t{64} * poll_packets), most_packets);
    std::vector<PlannedPacket> plan((wanted + pair_of_polls - 1) / pair_of_polls * pair_of_polls);
    for (PlannedPacket& p : plan) {
      p.socket = choice.draw(rng) * block.cpus + cpu;
      p.length = static_cast<std::uint16_t>(protocol_.header_bytes() +
                                            sizes.payload(rng, protocol_.header_bytes()));
    }
    return plan;
  }

  /// Builds the planned packets with zero MACs.
  Trace build_zero(const std::vector<PlannedPacket>& plan) const {
    Trace trace(plan);
    std::vector<std::array<std::uint32_t, 2>> sequence(sockets_);
    for (Skb& skb : trace.skbs()) {
      protocol_.build(connections_[skb.socket], skb.direction,
                      sequence[skb.socket][static_cast<unsigned>(skb.direction)]++,
                      skb.length - protocol_.header_bytes(), skb.bytes());
    }
    return trace;
  }

  Trace build(const std::vector<PlannedPacket>& plan, double forged, Rng& rng) const {
    Trace trace = build_zero(plan);
    Reference reference(algorithm_, protocol_.scratch_bytes());
    for (Skb& skb : trace.skbs()) {
      const auto& connection = connections_[skb.socket];
      const auto found = protocol_.find(connection, skb);
      const MutableBytes mac = found.mac();
      const auto keys = protocol_.keys(connection);
      if (!keys) throw std::runtime_error("the traffic keys of a connection cannot be derived");
      const auto& key = skb.direction == Direction::tx ? keys->tx : keys->rx;
      std::array<std::uint8_t, max_digest_bytes> digest{};
      reference.begin({key.data(), keys->bytes});
      if (mac.empty() ||
          failed(protocol_.digest(reference.request(), reference.scratch(), connection, skb, found,
                                  {digest.data(), mac.size()}))) {
        throw std::runtime_error("the reference cannot sign a packet of this workload");
      }
      std::copy_n(digest.begin(), mac.size(), mac.begin());
      if (skb.direction == Direction::rx && rng.uniform() < forged) forge(skb, mac, rng);
    }
    return trace;
  }

  /// Flips one bit: of the MAC, or of the payload if there is one.
  void forge(Skb& skb, MutableBytes mac, Rng& rng) const {
    MutableBytes target = mac;
    if (skb.length > protocol_.header_bytes() && rng.below(2) == 0) {
      target = skb.bytes().subspan(protocol_.header_bytes());
    }
    const std::uint32_t bit = rng.below(static_cast<std::uint32_t>(target.size() * 8));
    target[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    skb.forged = true;
  }

  const Algorithm& algorithm_;
  P protocol_;
  Kinds kinds_;
  std::uint32_t sockets_;
  unsigned possible_cpus_;
  bool prepared_;
  double churn_per_poll_;
  std::vector<typename P::Connection> connections_;
  std::vector<DerivedKeys> derived_;  // empty: derived whenever a socket opens
  std::vector<Trace> traces_;
  std::vector<Trace> zero_traces_;
};

}  // namespace tfm::bench
