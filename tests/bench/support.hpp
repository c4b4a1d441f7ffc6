// SPDX-License-Identifier: MIT
// Shared by the tests of bench: small blocks, strategies to run them with, workloads with their
// types.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/cell/cell_of.hpp"
#include "runtime/accounting.hpp"
#include "runtime/rcu.hpp"
#include "strategies/registry.hpp"
#include "tests/workloads/protocols/all_protocols.hpp"

namespace tfm::bench::test {

Block small_block(std::string workload = "tcp_ao/fixed_64", std::string algorithm = "hmac(sha1)",
                  std::string provider = "nettle");

/// A small block of a protocol, with the first algorithm that it takes.
template <Protocol P>
Block block_of(std::string_view traffic = "fixed_64") {
  const auto takes = [](const Algorithm* a) { return P::supports(*a); };
  const Algorithm& first = **std::find_if(algorithms().begin(), algorithms().end(), takes);
  Block block = small_block(std::string(P::name) + "/" + std::string(traffic),
                            std::string(first.name), std::string(first.provider));
  block.ip = runs_over<P>(false) ? "v4" : "v6";
  return block;
}

/// A small block with this algorithm and the first protocol that takes it. Nothing if none does.
std::optional<Block> block_with(const Algorithm& algorithm);

/// A registered strategy without its type, because code that is compiled for each strategy takes
/// long to compile.
struct Registered {
  std::string_view name;
  InFlight in_flight;
  bool in_batches;
  unsigned (*fast_path_allocations)(const Algorithm&, Direction);
};

/// The strategies that this build has with the block's protocol (pairs.hpp) and that take every
/// kind of socket of the block. If its keys are prepared: only strategies with that choice. Tests
/// over all strategies use this list.
std::vector<Registered> strategies_for(const Block& block);

/// A workload with its type, so that a test can look at the packets.
template <Protocol P>
class TypedWorkload : public WorkloadOf<P> {
 public:
  explicit TypedWorkload(const Block& block, std::uint64_t seed = 1,
                         std::size_t most_packets = SIZE_MAX)
      : WorkloadOf<P>(block, *find_algorithm(block.algorithm, block.provider),
                      sizes_named(block.workload.substr(block.workload.find('/') + 1)).value(),
                      seed, most_packets) {}
};

/// Makes a cell and opens its sockets. Fails the test if that fails.
std::unique_ptr<Cell> opened(const Workload& workload, std::string_view strategy);

inline unsigned all_polls(const Workload& workload, unsigned cpu = 0) {
  return static_cast<unsigned>(workload.polls(cpu));
}

/// The bytes of all packets of a trace.
std::vector<std::vector<std::uint8_t>> bytes_of(const Trace& trace);

/// Every packet has exactly one outcome, and none has a wrong one.
void expect_balanced(const Tally& t);

/// A request for a timed round of these strategies. The first one is the baseline.
inline RoundRequest request_of(const Block& block, std::vector<std::string> strategies) {
  RoundRequest request;
  request.block = block;
  request.block_id = block_id(block);
  request.pass = Pass::timed;
  request.baseline = strategies.front();
  request.strategies = std::move(strategies);
  return request;
}

/// A test whose thread can act as a CPU.
class OnCpu : public ::testing::Test {
 private:
  RcuThread rcu_;
};

}  // namespace tfm::bench::test

namespace tfm {
inline void PrintTo(Errno e, std::ostream* out) { *out << name(e); }
}  // namespace tfm
