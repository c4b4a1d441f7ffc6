// SPDX-License-Identifier: MIT
// What sockets ask for (axes `algorithms` and `scratch`), and cells that open only some sockets.
#include "bench/cell/kinds.hpp"

#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

const Algorithm& sha1() { return *find_algorithm("hmac(sha1)", "nettle"); }

TEST(Kinds, ByDefaultAllSocketsAskForTheSame) {
  const Kinds kinds(small_block(), sha1(), 60);
  ASSERT_EQ(kinds.size(), 1U);
  for (const std::uint32_t socket : {0U, 1U, 999U}) {
    EXPECT_EQ(kinds.of(socket).algorithm, &sha1());
    EXPECT_EQ(kinds.of(socket).scratch_bytes, 60U);
  }
}

TEST(Kinds, AliasesDifferOnlyInTheirNames) {
  Block block = small_block();
  block.algorithms = 3;
  block.scratch = "100";
  const Kinds kinds(block, sha1(), 60);
  ASSERT_EQ(kinds.size(), 3U);
  const char* names[] = {"hmac(sha1)", "hmac(sha1)#2", "hmac(sha1)#3"};
  for (std::uint32_t socket = 0; socket < 9; ++socket) {
    const Algorithm& a = *kinds.of(socket).algorithm;
    EXPECT_EQ(a.name, names[socket % 3]);
    EXPECT_EQ(&a, kinds.of(socket % 3).algorithm);
    EXPECT_EQ(a.provider, sha1().provider);
    EXPECT_EQ(a.setkey, sha1().setkey);
    EXPECT_EQ(a.final, sha1().final);
    EXPECT_EQ(a.transform_context_bytes, sha1().transform_context_bytes);
    EXPECT_EQ(kinds.of(socket).scratch_bytes, 100U);
  }
  EXPECT_EQ(kinds.of(0).algorithm, &sha1()) << "the first is not an alias";
}

// With api = ahash the users of a library get the same algorithm as plain functions.
TEST(Kinds, LibraryStrategiesAreGivenTheFlatAlgorithm) {
  Block block = small_block();
  block.api = "ahash";
  block.algorithms = 2;
  const Algorithm& behind = *find_algorithm("hmac(sha1)", "nettle", Api::ahash);
  EXPECT_EQ(algorithm_of(block), &behind);
  const Kinds kinds(block, behind, 60);
  EXPECT_EQ(&kinds.of(0).of<PerSocketTfm>(), &behind);
  EXPECT_EQ(&kinds.of(0).of<CloneSigpool>(), &behind);
  EXPECT_EQ(&kinds.of(0).of<Onstack>(), &sha1());
  EXPECT_EQ(&kinds.of(0).of<OnstackPrepared>(), &sha1());
  EXPECT_EQ(&kinds.of(0).of<PercpuRequestKey>(), &sha1());
  EXPECT_EQ(&kinds.of(0).of<PerRequestKey<KeyForm::prepared>>(), &sha1());
  EXPECT_EQ(kinds.of(1).of<PerSocketTfm>().api, Api::ahash);
  EXPECT_EQ(kinds.of(1).of<PercpuRequestKey>().api, Api::flat);
  EXPECT_EQ(kinds.of(1).of<PercpuRequestKey>().name, "hmac(sha1)#2");
  EXPECT_EQ(kinds.of(1).of<PerSocketTfm>().name, "hmac(sha1)#2");
}

// With api = ahash_library they get the kernel's library, under the same name.
TEST(Kinds, LibraryStrategiesAreGivenTheKernelsLibraryBesideItsApi) {
  Block block = small_block();
  block.api = "ahash_library";
  block.algorithms = 2;
  const Algorithm& behind = *find_algorithm("hmac(sha1)", "nettle", Api::ahash_library);
  const Algorithm& library = *find_algorithm("hmac(sha1)", "nettle", Api::library);
  EXPECT_EQ(algorithm_of(block), &behind);
  const Kinds kinds(block, behind, 60);
  EXPECT_EQ(&kinds.of(0).of<PerSocketTfm>(), &behind);
  EXPECT_EQ(&kinds.of(0).of<Onstack>(), &library);
  EXPECT_EQ(&kinds.of(0).of<PerRequestKey<KeyForm::raw>>(), &library);
  EXPECT_EQ(kinds.of(1).of<PerSocketTfm>().api, Api::ahash_library);
  EXPECT_EQ(kinds.of(1).of<OnstackPrepared>().api, Api::library);
  EXPECT_EQ(kinds.of(1).of<OnstackPrepared>().name, "hmac(sha1)#2");
}

TEST(Kinds, UsersOfScratchTakeTurns) {
  Block block = small_block();
  block.scratch = "64+1024+65400";
  const Kinds kinds(block, sha1(), 60);
  ASSERT_EQ(kinds.size(), 3U);
  const std::size_t bytes[] = {64, 1024, 65400};
  for (std::uint32_t socket = 0; socket < 6; ++socket) {
    EXPECT_EQ(kinds.of(socket).scratch_bytes, bytes[socket % 3]);
    EXPECT_EQ(kinds.of(socket).algorithm, &sha1());
  }
}

std::string refusal(std::uint32_t algorithms, const char* scratch, const char* heap = "fresh") {
  Block block = small_block();
  block.algorithms = algorithms;
  block.scratch = scratch;
  block.heap = heap;
  try {
    make_workload(block, 1);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

TEST(Kinds, ABlockThatMakesNoSenseIsRefused) {
  EXPECT_EQ(refusal(32, "65400"), "");
  EXPECT_EQ(refusal(33, "own"), "33 kinds of sockets need as many sockets (there are 32)");
  EXPECT_EQ(refusal(1, "60+64", "aged"), "");
  EXPECT_EQ(refusal(0, "own"), "algorithms: \"0\" is not an integer from 1 to 4096");
  EXPECT_EQ(refusal(1, "64+59"),
            "scratch of 59 bytes is less than the 60 that tcp_ao/fixed_64 needs");
  EXPECT_EQ(refusal(2, "64+65"), "2 algorithms and scratch \"64+65\": only one may vary");
  EXPECT_NE(refusal(1, "64+"), "");
  EXPECT_EQ(refusal(1, "own", "old"), "unknown heap \"old\". There are: fresh, aged");
}

class KindsOnCpu : public OnCpu {
 protected:
  static Account live() { return gfp_accounting()->ledger().total; }
};

// The bytes of every socket's packets are checked: an alias works like the original.
TEST_F(KindsOnCpu, EveryStrategyServesEveryKind) {
  for (const char* provider : {"nettle", "openssl"}) {
    for (const bool aliases : {true, false}) {
      Block block = small_block("tcp_ao/fixed_64", "hmac(sha1)", provider);
      block.algorithms = aliases ? 5 : 1;
      block.scratch = aliases ? "own" : "64+256+100";
      block.churn_percent = 20;  // reopened sockets, too, and children of listeners
      const auto workload = make_workload(block, 1);
      for (const Registered& s : strategies_for(block)) {
        SCOPED_TRACE(std::string(s.name) + " " + provider);
        const Account before = live();
        {
          const auto cell = opened(*workload, s.name);
          EXPECT_EQ(cell->check(SIZE_MAX), "");
          Tally t;
          cell->run(0, all_polls(*workload), t);
          expect_balanced(t);
          EXPECT_EQ(t.drops + t.open_failures, 0U);
          EXPECT_GT(t.accepts, 0U);
          EXPECT_EQ(cell->check(SIZE_MAX), "");
        }
        EXPECT_EQ(live(), before);
      }
    }
  }
}

TEST_F(KindsOnCpu, TheFirstSocketsCanBeOpenedWithoutTheRest) {
  const TypedWorkload<TcpAo> workload(small_block());
  const Account before = live();
  const auto cell = std::move(workload.cell("per_socket_tfm").value());
  const Opening opening = cell->open_first(10);
  EXPECT_EQ(opening.sockets, 10U);
  EXPECT_EQ(opening.error, Errno::ok);
  EXPECT_EQ(live().blocks - before.blocks, 1U + 2 * 10) << "the handles, and two transforms each";
  EXPECT_EQ(cell->check(SIZE_MAX), "") << "packets of other sockets are skipped";
  Tally t;
  cell->run(0, all_polls(workload), t);
  expect_balanced(t);
  std::uint64_t without_socket = 0;
  for (const Skb& skb : workload.trace(0).skbs()) without_socket += skb.socket >= 10 ? 1 : 0;
  EXPECT_EQ(t.drops, without_socket);
  EXPECT_EQ(t.allocation_failures, 0U) << "the strategy was not asked";
  cell->close();
  EXPECT_EQ(live(), before);
}

TEST_F(KindsOnCpu, SocketsOpenedBeforeAnErrorStayOpen) {
  const auto workload = make_workload(small_block(), 1);
  const Account before = live();
  const auto cell = std::move(workload->cell("per_socket_tfm").value());
  gfp_accounting()->set_faults({.kth = 1 + 2 * 7 + 2, .also_kernel = true});
  const Opening opening = cell->open_first(Cell::all_sockets);
  gfp_accounting()->clear_faults();
  EXPECT_EQ(opening.sockets, 7U) << "the second transform of the eighth was refused";
  EXPECT_EQ(opening.error, Errno::enomem);
  EXPECT_EQ(live().blocks - before.blocks, 1U + 2 * 7);
  EXPECT_EQ(cell->check(SIZE_MAX), "");
  cell->close();
  EXPECT_EQ(live(), before);
}

TEST_F(KindsOnCpu, WithoutAListenerNothingReopens) {
  Block block = small_block();
  block.churn_percent = 50;
  const auto workload = make_workload(block, 1);
  const auto cell = std::move(workload->cell("per_socket_tfm").value());
  gfp_accounting()->set_faults({.kth = 1, .also_kernel = true});
  const Opening opening = cell->open_first(Cell::all_sockets);
  gfp_accounting()->clear_faults();
  EXPECT_EQ(opening.sockets, 0U);
  EXPECT_EQ(opening.error, Errno::enomem);
  Tally t;
  cell->run(0, 4, t);
  EXPECT_EQ(t.drops, t.packets);
  EXPECT_EQ(t.opens + t.accepts, 0U);
}

TEST_F(KindsOnCpu, OnlyTheLargestUsersOfScratchClose) {
  Block block = small_block();
  block.scratch = "64+256+100+256";
  const TypedWorkload<TcpAo> workload(block);
  const auto cell = opened(workload, "per_socket_tfm");
  const Account all = live();
  cell->close_largest();
  EXPECT_EQ(all.blocks - live().blocks, 2 * 16U) << "half of 32, two transforms each";
  Tally t;
  cell->run(0, all_polls(workload), t);
  std::uint64_t closed = 0;
  for (const Skb& skb : workload.trace(0).skbs()) closed += skb.socket % 2;
  EXPECT_EQ(t.drops, closed);
}

}  // namespace
}  // namespace tfm::bench::test
