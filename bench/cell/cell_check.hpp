// SPDX-License-Identifier: MIT
// Compares a cell's bytes with the reference, before anything is timed: packet by packet, and poll
// by poll if the cell works in batches.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/cell/exchange.hpp"
#include "bench/cell/reference.hpp"
#include "bench/cell/softirq_section.hpp"

namespace tfm::bench {

/// C is a CellOf. This class is its friend.
template <class C>
class CellCheck {
 public:
  explicit CellCheck(C& cell)
      : cell_(cell),
        reference_(C::is_null ? zero_algorithm() : cell.workload_.algorithm(),
                   cell.workload_.protocol().scratch_bytes()) {}

  /// Checks the first `limit` packets of this CPU. Returns what is wrong in one line, or nothing.
  std::string operator()(unsigned cpu, std::size_t limit) {
    cell_.seek(cpu, 0);
    const auto& skbs = cell_.trace(cpu).skbs();
    for (std::size_t i = 0; i < std::min(limit, skbs.size()); ++i) {
      if (!cell_.sockets_.alive(skbs[i].socket)) continue;
      if (const auto wrong = check_packet(cpu, skbs[i]); !wrong.empty()) {
        return fmt::format("packet {} of socket {} on CPU {}: {}", i, skbs[i].socket, cpu, wrong);
      }
    }
    if constexpr (C::in_batches) return check_batches(cpu, limit);
    return {};
  }

 private:
  /// What is wrong with the cell's result for this packet, or empty.
  std::string_view check_packet(unsigned cpu, const Skb& skb) {
    const bool in_softirq = cell_.workload_.in_softirq(skb.direction);
    if (skb.direction == Direction::rx) {
      const SoftirqSection softirq(in_softirq);
      const Outcome v = cell_.receive_one(cpu, skb);
      if (v == Outcome::failed || v == Outcome::no_memory) return "the operation failed";
      if (v == Outcome::passed && skb.forged) return "a forged packet was accepted";
      if (v != Outcome::passed && !skb.forged) return "a packet of the reference was refused";
      return {};
    }
    const auto& protocol = cell_.workload_.protocol();
    const auto& connection = cell_.workload_.connection(skb.socket);
    const auto keys = cell_.workload_.keys(skb.socket);
    if (!keys) return "its keys cannot be derived";
    const MutableBytes by_reference = reference_.output(protocol, connection, *keys, skb);
    const std::vector<std::uint8_t> expected(by_reference.begin(), by_reference.end());
    const bool in_place = by_reference.data() == skb.data;
    // Fill the place of the result: bytes that the strategy does not write must not look correct.
    const auto found = protocol.find(connection, skb);
    if constexpr (requires { found.mac(); }) {
      std::fill(found.mac().begin(), found.mac().end(), std::uint8_t{0xa5});
    } else {
      std::fill_n(MutableBytes(cell_.cpus_[cpu].output).begin(), expected.size(),
                  std::uint8_t{0xa5});
    }
    MutableBytes sent;
    const Outcome v = [&] {
      const SoftirqSection softirq(in_softirq);
      return cell_.send_one(cpu, skb, &sent);
    }();
    const bool equal = v == Outcome::passed && std::ranges::equal(sent, expected);
    if (in_place) std::ranges::copy(expected, skb.data);
    if (v != Outcome::passed) return "the operation failed";
    return equal ? std::string_view{} : "what it sends differs from the reference's";
  }

  /// Checks the same packets as polls. Returns a line about the first poll that differs, or empty.
  std::string check_batches(unsigned cpu, std::size_t limit) {
    cell_.seek(cpu, 0);
    const Trace& trace = cell_.trace(cpu);
    for (std::size_t i = 0; i < trace.polls() && i * poll_packets < limit; ++i) {
      const std::span poll(trace.poll(i), poll_packets);
      const auto alive = [&](const Skb& skb) { return cell_.sockets_.alive(skb.socket); };
      if (std::ranges::all_of(poll, alive) && !check_batch(cpu, poll))
        return fmt::format("poll {} on CPU {} differs from its packets handled one by one", i, cpu);
    }
    return {};
  }

  /// In the trace, TX packets already have the right MACs. They are restored afterwards.
  bool check_batch(unsigned cpu, std::span<const Skb> poll) {
    std::vector<std::vector<std::uint8_t>> expected;
    for (const Skb& skb : poll) {
      expected.emplace_back(skb.bytes().begin(), skb.bytes().end());
      if (skb.direction == Direction::rx) continue;
      const auto found =
          cell_.workload_.protocol().find(cell_.workload_.connection(skb.socket), skb);
      if constexpr (requires { found.mac(); }) std::ranges::fill(found.mac(), 0xa5);
    }
    Tally tally;
    bool equal = true;
    std::size_t next = 0;
    cell_.run_batch(cpu, poll.data(), tally, [&](const Skb& skb, MutableBytes sent) {
      const auto& packet = expected[next++];
      const bool tx = skb.direction == Direction::tx;
      equal = equal && std::ranges::equal(tx ? sent : skb.bytes(), packet);
    });
    for (std::size_t k = 0; k < poll.size(); ++k) std::ranges::copy(expected[k], poll[k].data);
    return equal && tally.drops + tally.forged_accepted + tally.genuine_refused == 0;
  }

  C& cell_;
  Reference reference_;
};

}  // namespace tfm::bench
