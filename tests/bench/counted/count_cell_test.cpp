// SPDX-License-Identifier: MIT
// The counted pass compared with the strategies' designs: bytes per socket, allocations per packet.
#include "bench/counted/count_cell.hpp"

#include <cmath>
#include <map>
#include <span>

#include "bench/cell/pairs.hpp"
#include "bench/counted/round.hpp"
#include "tests/bench/spoiled.hpp"

namespace tfm::bench::test {
namespace {

/// Enough if no rate is measured: the whole of the shortest trace.
constexpr std::uint64_t few_packets = 4096;

/// Counts cells of a block. The workload is made once.
class Counter {
 public:
  explicit Counter(const Block& block) : Counter(block, counted_packets(block)) {}
  Counter(const Block& block, std::uint64_t packets)
      : block_(block), packets_(packets), workload_(make_workload(block, 1, packets)) {}

  CountedCell operator()(const std::string& strategy) const {
    return count_cell(strategy, block_, 1, *workload_, *gfp_accounting(), packets_);
  }

  /// The number of packets of the trace that need an operation. few_packets is the whole trace.
  std::uint64_t operations(std::string_view strategy, Direction direction) const {
    const auto cell = std::move(workload_->cell(strategy).value());
    std::uint64_t needed = 0;
    for (std::uint64_t i = 0; i < workload_->polls(0); ++i) {
      const std::span poll(cell->poll(0, i), poll_packets);
      if (poll.front().direction != direction) continue;
      needed += static_cast<std::uint64_t>(
          std::ranges::count_if(poll, [&](const Skb& skb) { return cell->needs_operation(skb); }));
    }
    return needed;
  }

 private:
  Block block_;
  std::uint64_t packets_;
  std::unique_ptr<Workload> workload_;
};

CountedCell count(const std::string& strategy, const Block& block) {
  return Counter(block)(strategy);
}

std::uint64_t bytes(const Ledger& ledger, Owner owner) {
  return ledger.by_owner[static_cast<std::size_t>(owner)].bytes;
}

/// Bytes that each further socket costs, over all owners.
std::uint64_t slope(const CountedCell& c) {
  const std::uint64_t beyond = c.open.total.bytes - c.half.total.bytes;
  EXPECT_EQ(beyond % (c.sockets - c.sockets_half), 0U);
  return beyond / (c.sockets - c.sockets_half);
}

/// A block for every flat algorithm, with the first protocol that takes it.
std::vector<Block> flat_blocks() {
  std::vector<Block> blocks;
  for (const Algorithm* a : algorithms()) {
    if (!a->flat) continue;
    if (auto block = block_with(*a)) blocks.push_back(std::move(*block));
  }
  return blocks;
}

/// A block for every protocol, with the first algorithm that it takes.
std::vector<Block> protocol_blocks() {
  std::vector<Block> blocks;
  for_each_protocol([&]<class P>() { blocks.push_back(block_of<P>("fixed_576")); });
  return blocks;
}

std::size_t protocol_scratch_bytes(const Block& block) {
  std::size_t bytes = 0;
  for_each_protocol([&]<class P>() {
    if (!block.workload.starts_with(std::string(P::name) + "/")) return;
    bytes = P(*find_algorithm(block.algorithm, block.provider), {}).scratch_bytes();
  });
  return bytes;
}

/// 2, or 1 if one key serves both directions.
std::uint64_t protocol_keys(const Block& block) {
  std::uint64_t keys = 0;
  for_each_protocol([&]<class P>() {
    if (block.workload.starts_with(std::string(P::name) + "/")) keys = one_key<P>() ? 1 : 2;
  });
  return keys;
}

std::string label(const Block& b) { return b.workload + ", " + b.algorithm + " of " + b.provider; }

class Counted : public OnCpu {};

TEST_F(Counted, ASocketCostsWhatItsStrategyKeeps) {
  for (const Block& block : flat_blocks()) {
    const Algorithm& a = *find_algorithm(block.algorithm, block.provider);
    if (!a.keyed) continue;
    SCOPED_TRACE(label(block));
    const Counter count(block, few_packets);
    const std::uint64_t transforms = protocol_keys(block) * Transform::bytes(a);
    const std::uint64_t keys = protocol_keys(block) * a.key_bytes;
    const std::map<std::string_view, std::uint64_t> kept{
        {"null", sizeof(Null::Socket)},
        {"per_socket_tfm", transforms + sizeof(PerSocketTfm::Socket)},
        {"onstack_prepared", transforms + sizeof(OnstackPrepared::Socket)},
        {"percpu_pool", keys + sizeof(PercpuPool::Socket)},
        {"tfm_pool", keys + sizeof(TfmPool::Socket)}};
    std::size_t looked_at = 0;
    for (const Registered& s : strategies_for(block)) {
      if (!kept.contains(s.name)) continue;
      ++looked_at;
      EXPECT_EQ(slope(count(std::string(s.name))), kept.at(s.name)) << s.name;
    }
    EXPECT_EQ(looked_at, all_pairs || block.workload.starts_with("tcp_ao") ? kept.size() : 2);
  }
}

TEST_F(Counted, AllBytesOfASocketAreChargedToSockets) {
  const CountedCell c = count("per_socket_tfm", small_block());
  const auto diff = [&](Owner owner) { return bytes(c.open, owner) - bytes(c.half, owner); };
  EXPECT_EQ(diff(Owner::socket), c.open.total.bytes - c.half.total.bytes);
  EXPECT_EQ(c.idle.total.bytes, 0U) << "it owns nothing before its first socket";
  std::uint64_t sum = 0;
  for (const Account& account : c.open.by_owner) sum += account.bytes;
  EXPECT_EQ(sum, c.open.total.bytes);
}

TEST_F(Counted, FastPathAllocationsMatchTheDeclaredNumber) {
  for (Block block : protocol_blocks()) {
    block.churn_percent = 5;   // allocations of opens and accepts are not counted for packets
    block.forged_percent = 0;  // a packet cut short is refused before its operation begins
    SCOPED_TRACE(label(block));
    const Counter count(block, few_packets);
    for (const Registered& s : strategies_for(block)) {
      SCOPED_TRACE(s.name);
      const CountedCell c = count(std::string(s.name));
      EXPECT_EQ(c.packets, few_packets);
      const Algorithm& a = *find_algorithm(block.algorithm, block.provider);
      std::uint64_t of_sent = s.fast_path_allocations(a, Direction::tx);
      std::uint64_t of_received = s.fast_path_allocations(a, Direction::rx);
      const bool tcp = block.workload.starts_with("tcp");
      if (s.name == SkbRequest::name) {
        // IPComp's scratch does not fit into an skb.
        const bool fits = SkbRequest::skb_headroom_bytes(a, protocol_scratch_bytes(block)) > 0;
        of_sent = of_received = fits ? 0 : 1;
        EXPECT_EQ(c.skb_headroom_bytes > 0, fits);
      } else {
        EXPECT_EQ(c.skb_headroom_bytes, 0U);
      }
      EXPECT_EQ(c.allocations, of_sent * count.operations(s.name, Direction::tx) +
                                   of_received * count.operations(s.name, Direction::rx));
      EXPECT_EQ(c.allocations_refused, 0U);
      EXPECT_EQ(c.tally.drops, 0U);
      EXPECT_EQ(c.tally.accepts > 0, tcp) << "only TCP has passive opens";
      EXPECT_GT(c.tally.opens, 0U);
    }
  }
}

// At most one packet's allocation (request and scratch) exists at a time.
TEST_F(Counted, ThePeakAddsTheMemoryOfOnePacket) {
  const Block block = small_block();
  const Algorithm& a = *find_algorithm(block.algorithm, block.provider);
  const TcpAo protocol(a, {});
  const CountedCell piece = count("per_socket_tfm", block);
  EXPECT_EQ(piece.peak.total.bytes,
            piece.open.total.bytes + Request::bytes(a) + protocol.scratch_bytes());
  EXPECT_EQ(bytes(piece.peak, Owner::request), Request::bytes(a) + protocol.scratch_bytes());
  const CountedCell pool = count("percpu_pool", block);
  EXPECT_EQ(pool.peak.total.bytes, pool.open.total.bytes);
}

TEST_F(Counted, PossibleCpusCostThePoolAndNotTheSockets) {
  Block few = small_block(), many = small_block();
  few.possible_cpus = 2;
  many.possible_cpus = 66;
  for (const char* strategy : {"percpu_pool", "tfm_pool"}) {
    const CountedCell small = count(strategy, few), large = count(strategy, many);
    EXPECT_GT(bytes(large.open, Owner::percpu), bytes(small.open, Owner::percpu)) << strategy;
    EXPECT_EQ(slope(large), slope(small)) << strategy;
  }
  EXPECT_EQ(count("per_socket_tfm", few).open.total.bytes,
            count("per_socket_tfm", many).open.total.bytes);
}

TEST_F(Counted, RefusalsAreCountedAndDropTheirPackets) {
  Block block = small_block();
  block.forged_percent = 0;
  block.faults = {.probability = 0.01};
  const CountedCell c = count("per_socket_tfm", block);
  EXPECT_GT(c.allocations_refused, 0U);
  EXPECT_EQ(c.allocations_refused, c.tally.allocation_failures);
  EXPECT_EQ(c.tally.drops, c.tally.allocation_failures);
  const double expected = static_cast<double>(c.packets) * 0.01;
  EXPECT_NEAR(static_cast<double>(c.allocations_refused), expected, 5 * std::sqrt(expected));
  expect_balanced(c.tally);
  EXPECT_EQ(count("percpu_pool", block).tally.drops, 0U) << "C1: no allocation that could fail";

  block.faults = {.probability = 1, .interval = 10, .times = 25};
  EXPECT_EQ(count("per_socket_tfm", block).allocations_refused, 25U);
  block.faults.times = -1;
  const CountedCell each_tenth = count("per_socket_tfm", block);
  EXPECT_EQ(each_tenth.allocations_refused, each_tenth.packets / 10);
}

TEST_F(Counted, FaultsEndWithTheCell) {
  Block block = small_block();
  block.forged_percent = 0;
  block.faults = {.probability = 1};
  EXPECT_EQ(count("per_socket_tfm", block).tally.drops, count("null", block).packets);
  void* memory = gfp_alloc(16, Gfp::atomic, Owner::request);
  EXPECT_NE(memory, nullptr);
  gfp_free(memory);
}

RoundRequest request_of(const Block& block) {
  RoundRequest request;
  request.block = block;
  request.block_id = block_id(block);
  request.pass = Pass::counted;
  request.baseline = "percpu_pool";
  for_each_strategy([&]<class S>() { request.strategies.emplace_back(S::name); });
  return request;
}

/// The file's text without its duration, and without values that depend on holes in the heap from
/// earlier tests.
std::string result(const RoundRequest& request) {
  CountedRound round = run_counted_round(request, *gfp_accounting(), few_packets);
  EXPECT_GT(round.duration_ns, 0);
  round.duration_ns = 0;
  std::string text = to_json(request, round);
  for (const std::string_view name :
       {"\"rounded_bytes\":", "\"allocator_live_bytes\":", "\"allocator_resident_bytes\":",
        "\"rss_bytes\":", "\"page_faults\":"}) {
    for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos;) {
      at += name.size();
      text.erase(at, text.find_first_not_of("0123456789", at) - at);
    }
  }
  return text;
}

TEST_F(Counted, TheSameSeedGivesTheSameFile) {
  Block block = small_block();
  block.churn_percent = 3;
  block.faults = {.probability = 0.05, .seed = 9};
  const RoundRequest request = request_of(block);
  const std::string first = result(request);
  EXPECT_EQ(result(request), first);
  RoundRequest other = request;
  other.block.faults.seed = 10;
  EXPECT_NE(result(other), first);
  other = request;
  ++other.seed;
  EXPECT_NE(result(other), first);
}

TEST_F(Counted, CompressedBlocksCountFewerPackets) {
  Block block = small_block();
  const std::uint64_t hashed = counted_packets(block);
  block.algorithm = "deflate";
  block.provider = "zlib";
  EXPECT_EQ(counted_packets(block), hashed / 4);
}

// Half of the sockets can be fewer than the CPUs: one socket of three, with two CPUs.
TEST_F(Counted, HalfHasAsManySocketsAsItReports) {
  for (const std::uint32_t sockets : {1U, 2U, 3U, 4U, 5U, 9U}) {
    for (const unsigned cpus : {1U, 2U}) {
      if (cpus > sockets) continue;
      Block block = small_block();
      block.sockets = sockets;
      block.cpus = cpus;
      RoundRequest request = request_of(block);
      request.strategies = {"per_socket_tfm"};
      const CountedCell c = run_counted_round(request, *gfp_accounting(), few_packets).cells.at(0);
      const Algorithm& a = *find_algorithm(block.algorithm, block.provider);
      const std::uint64_t each = 2 * Transform::bytes(a) + sizeof(PerSocketTfm::Socket);
      EXPECT_EQ(c.half.total.bytes, each * c.sockets_half) << sockets << " on " << cpus;
      EXPECT_EQ(c.open.total.bytes, each * sockets);
    }
  }
}

std::string refusal(const Workload& workload) {
  try {
    count_cell("spoiled", small_block(), 1, workload, *gfp_accounting(), few_packets);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

TEST_F(Counted, AWrongByteIsRefused) {
  EXPECT_EQ(refusal(SpoiledWorkload<Sound>(small_block())), "");
  const std::string wrong = refusal(SpoiledWorkload<OneWrongByte>(small_block()));
  EXPECT_NE(wrong.find("what it sends differs"), std::string::npos) << wrong;
}

/// Leaks a block each time it is constructed.
struct Keeps : Sound {
  Keeps() { kept.push_back(gfp_alloc(48, Gfp::kernel, Owner::shared)); }
  inline static std::vector<void*> kept;
};

TEST_F(Counted, ACellThatKeepsMemoryIsRefused) {
  const std::string wrong = refusal(SpoiledWorkload<Keeps>(small_block()));
  EXPECT_EQ(wrong, "spoiled keeps 96 bytes in 2 blocks after its sockets closed");
  for (void* block : Keeps::kept) gfp_free(block);
}

}  // namespace
}  // namespace tfm::bench::test
