// SPDX-License-Identifier: MIT
// tcp_sigpool block by block: how many blocks a packet takes, and their sizes; that each of them
// may be refused; what can be cloned; and that all counts return to their old values.
#include "strategies/clone_sigpool.hpp"

#include "runtime/allocator.hpp"
#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

constexpr Skb tx{nullptr, 0, 0, Direction::tx, false};
constexpr Skb rx{nullptr, 0, 0, Direction::rx, false};

const Algorithm& nettle(std::string_view name) {
  EXPECT_EQ(providers_init(), Errno::ok);
  return *find_algorithm(name, "nettle");
}

class CloneSigpoolTest : public ::testing::Test {
 protected:
  using Socket = CloneSigpool::Socket;

  using Pool = std::unique_ptr<CloneSigpool>;

  static Pool make() { return CloneSigpool::create({.possible_cpus = 2}).value(); }
  /// In a pool of its own. The pool before is destroyed, so no clean-up of it is still freeing.
  Socket open(const Algorithm& a) {
    pool_ = make();
    return pool_->open(a, KeyPair(a, 1).keys(), 60).value();
  }

  const RcuThread rcu_;
  Pool pool_ = make();
};

struct Cost {
  std::string_view algorithm;
  unsigned tx_blocks, rx_blocks;
  std::size_t wrapper_bytes;  ///< of the blocks that are not transform, request or digest
};

// From tcp_ao_hash_skb() and tcp_ao_verify_hash() of Linux 6.7. md5 is TCP-MD5's.
constexpr Cost costs[] = {{"md5", 1, 1, 0},
                          {"hmac(sha1)", 4, 5, 56},
                          {"hmac(sha256)", 4, 5, 56},
                          {"cmac(aes128)", 5, 6, 56 + 80}};

TEST_F(CloneSigpoolTest, RefusesAnApiWithoutClones) {
  for (const Algorithm* a : algorithms(Api::ahash_library)) {
    EXPECT_EQ(refuses<CloneSigpool>(*a, 60), "Linux 7.x has no crypto_clone_ahash()") << a->name;
    EXPECT_EQ(a->transform_clone, nullptr) << a->name;
    EXPECT_EQ(pool_->open(*a, KeyPair(*a, 1).keys(), 60).error(), Errno::eopnotsupp) << a->name;
  }
  EXPECT_EQ(refuses<CloneSigpool>(*find_algorithm("md5", "nettle", Api::ahash), 60), "");
}

TEST_F(CloneSigpoolTest, APacketTakesTheKernelsBlocks) {
  for (const Cost& cost : costs) {
    SCOPED_TRACE(cost.algorithm);
    const Algorithm& a = nettle(cost.algorithm);
    Socket socket = open(a);
    for (const auto& [skb, blocks] : {std::pair{tx, cost.tx_blocks}, {rx, cost.rx_blocks}}) {
      const Ledger before = gfp_accounting()->ledger();
      CloneSigpool::Operation op;
      ASSERT_EQ(pool_->start(0, socket, skb, op), Errno::ok);
      const Account taken = (gfp_accounting()->ledger() - before).total;
      EXPECT_EQ(taken.blocks, blocks);
      EXPECT_EQ(fast_path_allocations<CloneSigpool>(a, skb.direction), blocks);
      const std::size_t digests = skb.direction == Direction::tx ? 1 : 2;
      const std::size_t keyed = a.keyed ? Transform::bytes(a) + digests * a.digest_bytes : 0;
      EXPECT_EQ(taken.bytes, Request::bytes(a) + cost.wrapper_bytes + keyed);
      pool_->end(0, op);
      EXPECT_EQ((gfp_accounting()->ledger() - before).total, Account{});
    }
    pool_->close(socket);
  }
}

TEST_F(CloneSigpoolTest, EachBlockMayBeRefused) {
  for (const Cost& cost : costs) {
    SCOPED_TRACE(cost.algorithm);
    Socket socket = open(nettle(cost.algorithm));
    const Live before = Live::now();
    for (unsigned k = 1; k <= cost.rx_blocks + 1; ++k) {
      const WithFaults faults({.kth = k});
      CloneSigpool::Operation op;
      const Errno e = pool_->start(0, socket, rx, op);
      EXPECT_EQ(e, k <= cost.rx_blocks ? Errno::enomem : Errno::ok) << "block " << k;
      EXPECT_EQ(in_softirq(), !failed(e));
      if (!failed(e)) pool_->end(0, op);
      EXPECT_EQ(Live::now(), before);
    }
    pool_->close(socket);
  }
}

TEST_F(CloneSigpoolTest, ClonesOnlyWhatTheKernelDoes) {
  for (const Algorithm* a : algorithms()) {
    SCOPED_TRACE(label(*a));
    const bool cloned = a->family == Family::hash &&
                        (!a->keyed || a->name.substr(0, 5) == "hmac(" || a->name == "cmac(aes128)");
    const auto socket = pool_->open(*a, KeyPair(*a, 1).keys(), 60);
    EXPECT_EQ(socket.has_value(), cloned);
    EXPECT_EQ(refuses<CloneSigpool>(*a, 60).empty(), cloned);
    if (!socket) {
      EXPECT_EQ(socket.error(), Errno::eopnotsupp);
      continue;
    }
    Socket open = *socket;
    pool_->close(open);
  }
}

/// Allocates as before, and notes whether each allocation was made inside a section.
struct Noted {
  static inline std::vector<bool> in_section;
  static inline const AllocatorFunctions* behind;
  static inline AllocatorFunctions functions;

  Noted() : saved_(gfp_allocator) {
    behind = saved_;
    functions = *saved_;
    functions.alloc = [](std::size_t bytes, Gfp gfp) noexcept {
      in_section.push_back(in_softirq());
      return behind->alloc(bytes, gfp);
    };
    in_section.clear();
    gfp_allocator = &functions;
  }
  ~Noted() { gfp_allocator = saved_; }

 private:
  const AllocatorFunctions* saved_;
};

// tcp_ao_verify_hash() and tcp_ao_hash_skb() allocate their buffers before tcp_sigpool_start().
TEST_F(CloneSigpoolTest, DigestsAreAllocatedBeforeTheSection) {
  for (const Cost& cost : costs) {
    SCOPED_TRACE(cost.algorithm);
    const Algorithm& a = nettle(cost.algorithm);
    Socket socket = open(a);
    std::vector<bool> expected(cost.rx_blocks, true);
    if (a.keyed) expected[0] = expected[1] = false;
    CloneSigpool::Operation op;
    {
      const Noted noted;
      ASSERT_EQ(pool_->start(0, socket, rx, op), Errno::ok);
    }
    EXPECT_EQ(Noted::in_section, expected);
    pool_->end(0, op);
    pool_->close(socket);
  }
}

TEST_F(CloneSigpoolTest, AStaleIdLeavesNoDigest) {
  Socket socket = open(nettle("hmac(sha1)"));
  const Live before = Live::now();
  const unsigned id = std::exchange(socket.id, CloneSigpool::Pool::capacity);
  CloneSigpool::Operation op;
  EXPECT_EQ(pool_->start(0, socket, rx, op), Errno::einval);
  EXPECT_EQ(Live::now(), before);
  EXPECT_FALSE(in_softirq());
  socket.id = id;
  pool_->close(socket);
}

// The master transform never has a key. A clone has none before setkey.
TEST_F(CloneSigpoolTest, ACloneHasNoKeyUntilItIsSet) {
  Socket socket = open(nettle("hmac(sha1)"));
  CloneSigpool::Operation op;
  ASSERT_EQ(pool_->start(0, socket, tx, op), Errno::ok);
  EXPECT_EQ(hash_init(op.request()), Errno::enokey);
  ASSERT_EQ(pool_->key(op), Errno::ok);
  EXPECT_EQ(hash_init(op.request()), Errno::ok);
  pool_->end(0, op);
  pool_->close(socket);
}

TEST(TfmClone, CountsEachBlockOnTheMaster) {
  for (const Cost& cost : costs) {
    SCOPED_TRACE(cost.algorithm);
    const PoolParts parts = PooledMaster::make(8, nettle(cost.algorithm)).value();
    EXPECT_EQ(parts.on(0), parts.on(7)) << "one master for all CPUs";
    auto& master = *reinterpret_cast<MasterTransform*>(parts.first);
    // Without the request and the digest buffer.
    const unsigned users = cost.tx_blocks == 1 ? 1 : cost.tx_blocks - 2;
    TfmClone first, second;
    ASSERT_EQ(first.make(master), Errno::ok);
    ASSERT_EQ(second.make(master), Errno::ok);
    EXPECT_EQ(master.users, 2 * users);
    first.free();
    EXPECT_EQ(master.users, users);
    {
      const WithFaults faults({.kth = 1, .sticky = true});
      EXPECT_EQ(first.make(master), users == 1 ? Errno::ok : Errno::enomem);
    }
    if (users == 1) first.free();
    second.free();
    EXPECT_EQ(master.users, 0U);
    PooledMaster::destroy(parts, 8);
  }
}

TEST(TfmClone, TheMastersTableHasCryptoPoolsEntries) {
  EXPECT_EQ(CloneSigpool::Pool::capacity, 170U);
}

}  // namespace
}  // namespace tfm::test
