// SPDX-License-Identifier: MIT
// What the tests of the round code share: small blocks, workloads with their types, and strategies
// that are wrong in one way each.
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

inline Block small_block(std::string workload = "tcp_ao/fixed_64",
                         std::string algorithm = "hmac(sha1)", std::string provider = "nettle") {
  Block block;
  block.workload = std::move(workload);
  block.algorithm = std::move(algorithm);
  block.provider = std::move(provider);
  block.sockets = 32;
  block.possible_cpus = 2;
  block.forged_percent = 10;
  return block;
}

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

/// A small block with an algorithm, of the first protocol that takes it, if any does.
inline std::optional<Block> block_with(const Algorithm& algorithm) {
  std::optional<Block> block;
  for_each_protocol([&]<class P>() {
    if (block || !P::supports(algorithm)) return;
    block = block_of<P>();
    block->algorithm = algorithm.name;
    block->provider = algorithm.provider;
  });
  return block;
}

/// Whether the strategy takes every kind of socket that the block asks for.
template <Strategy S>
bool takes(const Block& block) {
  const Algorithm& algorithm = *find_algorithm(block.algorithm, block.provider);
  bool all = true;
  for_each_protocol([&]<class P>() {
    if (!block.workload.starts_with(std::string(P::name) + "/")) return;
    const Kinds kinds(block, algorithm, P(algorithm, {}).scratch_bytes());
    for (std::uint32_t i = 0; i < kinds.size(); ++i) {
      const Kind& kind = kinds.of(i);
      all = all && refuses<S>(*kind.algorithm, kind.scratch_bytes).empty();
    }
  });
  return all;
}

/// A workload with its type, so that a test may look at the packets.
template <Protocol P>
class TypedWorkload : public WorkloadOf<P> {
 public:
  explicit TypedWorkload(const Block& block, std::uint64_t seed = 1,
                         std::size_t most_packets = SIZE_MAX)
      : WorkloadOf<P>(block, *find_algorithm(block.algorithm, block.provider),
                      sizes_named(block.workload.substr(block.workload.find('/') + 1)).value(),
                      seed, most_packets) {}
};

/// A cell that is open. Fails the test otherwise.
inline std::unique_ptr<Cell> opened(const Workload& workload, std::string_view strategy) {
  auto cell = std::move(workload.cell(strategy).value());
  EXPECT_EQ(cell->open(), Errno::ok) << strategy;
  return cell;
}

inline unsigned all_polls(const Workload& workload, unsigned cpu = 0) {
  return static_cast<unsigned>(workload.polls(cpu));
}

/// The bytes of all packets of a trace.
inline std::vector<std::vector<std::uint8_t>> bytes_of(const Trace& trace) {
  std::vector<std::vector<std::uint8_t>> all;
  for (const Skb& skb : trace.skbs()) all.emplace_back(skb.bytes().begin(), skb.bytes().end());
  return all;
}

/// Every packet became exactly one thing, and none the wrong one.
inline void expect_balanced(const Tally& t) {
  EXPECT_EQ(
      t.sent + t.accepted + t.forged_refused + t.forged_accepted + t.genuine_refused + t.drops,
      t.packets);
  EXPECT_EQ(t.forged_accepted, 0U);
  EXPECT_EQ(t.genuine_refused, 0U);
  EXPECT_LE(t.forged_refused, t.forged);
  EXPECT_LE(t.allocation_failures, t.drops);
}

/// per_socket_tfm, but `Behaviour` may spoil each operation: allow() and key() decide whether start
/// and key succeed, spoil() may change the request.
template <class Behaviour>
class Spoiled {
 public:
  static constexpr std::string_view name = "spoiled";
  static constexpr std::string_view summary = "per_socket_tfm, wrong in one way";
  static constexpr unsigned fast_path_allocations = 1;
  using Socket = PerSocketTfm::Socket;
  using Operation = PerSocketTfm::Operation;

  explicit Spoiled(const StrategyOptions& options)
      : inner_(create<PerSocketTfm>(options).value()) {}
  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    return inner_->open(algorithm, keys, scratch_bytes);
  }
  Result<Socket> accept(const Socket& parent, Keys keys) noexcept {
    return inner_->accept(parent, keys);
  }
  Errno rekey(Socket& socket, Keys keys) noexcept { return inner_->rekey(socket, keys); }
  void close(Socket& socket) noexcept { inner_->close(socket); }

  Errno start(unsigned cpu, Socket& socket, const Skb& skb, Operation& op) noexcept {
    ++starts;
    if (const Errno e = behaviour.allow(); failed(e)) return e;
    if (const Errno e = inner_->start(cpu, socket, skb, op); failed(e)) return e;
    ++begun;
    behaviour.spoil(op.request(), skb);
    return Errno::ok;
  }
  Errno key(Operation&) noexcept { return behaviour.key(); }
  void end(unsigned cpu, Operation& op) noexcept {
    ++ended;
    inner_->end(cpu, op);
  }

  Behaviour behaviour;
  std::uint64_t starts = 0, begun = 0, ended = 0;

 private:
  std::unique_ptr<PerSocketTfm> inner_;
};

/// Nothing wrong: what the others override.
struct Sound {
  Errno allow() noexcept { return Errno::ok; }
  Errno key() noexcept { return Errno::ok; }
  void spoil(Request&, const Skb&) noexcept {}
};

/// A request that runs on a copy of its algorithm's table whose final() is another.
template <Errno (*Final)(const Algorithm& original, const Skb& skb, void* request, void* transform,
                         MutableBytes digest)>
class WithFinal : public Sound {
 public:
  void spoil(Request& request, const Skb& skb) noexcept {
    original = request.algorithm;
    packet = skb;
    table = *original;
    table.final = [](void* r, void* t, MutableBytes digest) noexcept {
      return Final(*original, packet, r, t, digest);
    };
    request.algorithm = &table;
  }

 private:
  inline static const Algorithm* original = nullptr;
  inline static Skb packet{};
  inline static Algorithm table{};
};

/// One byte of every MAC is wrong.
inline Errno one_wrong_byte(const Algorithm& original, const Skb&, void* request, void* transform,
                            MutableBytes digest) {
  const Errno e = original.final(request, transform, digest);
  digest.back() ^= 0x01;
  return e;
}

/// Where a TCP-AO MAC stands in an established IPv4 segment of ours.
inline constexpr std::size_t ao_mac_at = 20 + 48 - 12;

/// Received packets are what they say they are: their own MAC is given back.
inline Errno always_verified(const Algorithm& original, const Skb& skb, void* request,
                             void* transform, MutableBytes digest) {
  const Errno e = original.final(request, transform, digest);
  if (skb.direction == Direction::rx) {
    std::copy_n(skb.data + ao_mac_at, digest.size(), digest.begin());
  }
  return e;
}

using OneWrongByte = Spoiled<WithFinal<one_wrong_byte>>;
using AlwaysVerified = Spoiled<WithFinal<always_verified>>;

/// A workload whose cell "spoiled" is that of `S`; others are as registered.
template <Strategy S>
class SpoiledWorkload : public TypedWorkload<TcpAo> {
 public:
  using TypedWorkload<TcpAo>::TypedWorkload;
  Result<std::unique_ptr<Cell>> cell(std::string_view strategy) const override {
    if (strategy != S::name) return WorkloadOf<TcpAo>::cell(strategy);
    return std::make_unique<CellOf<S, TcpAo>>(*this, create<S>({}).value());
  }
};

/// A timed round of these, the first of them the baseline.
inline RoundRequest request_of(const Block& block, std::vector<std::string> strategies) {
  RoundRequest request;
  request.block = block;
  request.block_id = block_id(block);
  request.pass = Pass::timed;
  request.baseline = strategies.front();
  request.strategies = std::move(strategies);
  return request;
}

/// A test whose thread may be a CPU.
class OnCpu : public ::testing::Test {
 private:
  RcuThread rcu_;
};

}  // namespace tfm::bench::test

namespace tfm {
inline void PrintTo(Errno e, std::ostream* out) { *out << name(e); }
}  // namespace tfm
