// SPDX-License-Identifier: MIT
// Compares the ledger with independent counts, over a strategy's whole life, for every strategy and
// every algorithm of each provider. These counts are what malloc was asked for (glibc), and what
// the allocator reports as live (the others). TFM_ALLOCATOR names the allocator; ctest runs this
// test once with each.
#include <cstdlib>

#include "tests/strategies/counted_malloc.hpp"
#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

constexpr unsigned possible_cpus = 3;

/// The allocator of this process, chosen before anything is allocated.
Allocator chosen() {
  static const Allocator allocator = [] {
    const char* name = std::getenv("TFM_ALLOCATOR");
    for (std::size_t i = 0; name != nullptr && i < std::size(allocator_names); ++i) {
      if (name == allocator_names[i]) return static_cast<Allocator>(i);
    }
    return Allocator::glibc;
  }();
  return allocator;
}

class ChooseAllocator : public ::testing::Environment {
  void SetUp() override {
    ASSERT_EQ(gfp_use(chosen()), Errno::ok);
    ASSERT_EQ(providers_init(), Errno::ok);
  }
};
[[maybe_unused]] const auto* const environment =
    ::testing::AddGlobalTestEnvironment(new ChooseAllocator);

/// The ledger and the witnesses, as differences from their values at the start.
class Books {
 public:
  Books() : ledger_(gfp_accounting()->ledger()), malloc_(witness(Door::malloc)), live_(live()) {}

  /// Compares the ledger with the witnesses. What is live may be more or less than at the start.
  void compare(const char* after) const {
    const Account account = (gfp_accounting()->ledger() - ledger_).total;
    const Witness now = witness(Door::malloc);
    if (chosen() == Allocator::glibc) {
      EXPECT_EQ(now.bytes - malloc_.bytes, account.bytes) << "bytes after " << after;
      EXPECT_EQ(now.chunk_bytes - malloc_.chunk_bytes, account.rounded_bytes)
          << "rounded bytes after " << after;
      EXPECT_EQ(now.blocks - malloc_.blocks, account.blocks) << "blocks after " << after;
    } else {
      EXPECT_EQ(live() - live_, account.rounded_bytes) << "rounded bytes after " << after;
      EXPECT_EQ(now, malloc_) << "malloc was called without gfp in " << after;
    }
  }

  std::uint64_t bytes() const { return (gfp_accounting()->ledger() - ledger_).total.bytes; }

 private:
  static std::uint64_t live() {
    return chosen() == Allocator::glibc ? 0 : gfp_allocator_statistics().live_bytes;
  }
  Ledger ledger_;
  Witness malloc_;
  std::uint64_t live_;
};

/// A call of a strategy. After it the books agree, and nothing was allocated without gfp. Not
/// inlined, because g++ would then warn about operations that were never started.
template <class Call>
[[gnu::noinline]] auto watched(const Books& books, const char* what, Call call) {
  const std::uint64_t made = witness(Door::operator_new).calls;
  const std::uint64_t others = witness(Door::other).calls;
  auto result = call();
  EXPECT_EQ(witness(Door::operator_new).calls, made) << "operator new in " << what;
  EXPECT_EQ(witness(Door::other).calls, others) << "calloc in " << what;
  books.compare(what);
  return result;
}

template <Strategy S>
class LedgerOf : public ::testing::Test {
 protected:
  /// One packet. Compares the books while it is in flight. Returns the most bytes that were live.
  std::uint64_t packet(S& s, typename S::Socket& socket, const Algorithm& a, Direction direction,
                       unsigned cpu) {
    const RoomySkb skb(direction);
    typename S::Operation op;
    return packet(s, op, a, cpu, [&] { return s.start(cpu, socket, skb, op); });
  }
  /// The same without a socket.
  std::uint64_t packet_without_socket(S& s, typename S::Socket& mkt, Bytes key, const Algorithm& a,
                                      Direction direction, unsigned cpu) {
    const RoomySkb skb(direction);
    Transient<S> op;
    return packet(s, op, a, cpu, [&] { return s.without_socket(cpu, mkt, key, skb, op); });
  }

  template <class Operation, class Start>
  std::uint64_t packet(S& s, Operation& op, const Algorithm& a, unsigned cpu, Start start) {
    if (failed(watched(*books_, "start", start))) {
      ADD_FAILURE() << "start() failed";
      return 0;
    }
    EXPECT_EQ(watched(*books_, "key", [&] { return s.key(op); }), Errno::ok);
    std::uint64_t most = 0;
    const auto step = [&](const char* what, auto&& call) {
      const auto last = [&] { return finished(s, cpu, op, call()); };
      EXPECT_EQ(watched(*books_, what, last), Errno::ok);
      most = std::max(most, books_->bytes());
    };
    steps(op.request(), a, step);
    watched(*books_, "end", [&] { return s.end(cpu, op), 0; });
    return most;
  }

  /// The steps of one operation, with memory on the stack.
  template <class Step>
  static void steps(Request& request, const Algorithm& a, Step&& step) {
    static constexpr std::array<std::uint8_t, 94> text{};
    std::uint8_t out[256], back[256], tag[max_digest_bytes];
    if (a.family == Family::hash) {
      step("init", [&] { return hash_init(request); });
      step("update", [&] { return hash_update(request, text); });
      step("final", [&] { return hash_final(request, {tag, a.digest_bytes}); });
    } else if (a.family == Family::aead) {
      const Bytes nonce(text.data(), a.nonce_bytes);
      const MutableBytes whole(tag, a.digest_bytes);
      const Bytes cipher(out, text.size());
      step("encrypt", [&] { return aead_encrypt(request, {nonce, text, text, out}, whole); });
      step("decrypt", [&] { return aead_decrypt(request, {nonce, text, cipher, back}, whole); });
      const Errno refused = std::is_same_v<S, Null> ? Errno::ok : Errno::ebadmsg;
      step("decrypt a forgery", [&] {
        const Errno e = aead_decrypt(request, {nonce, {}, cipher, back}, whole);
        return e == refused ? Errno::ok : Errno::eproto;
      });
    } else {
      MutableBytes packed(out), unpacked(back);
      const Errno made = std::is_same_v<S, Null> ? Errno::enospc : Errno::ok;
      const auto as_expected = [&](Errno e) { return e == made ? Errno::ok : Errno::eproto; };
      step("compress", [&] { return as_expected(compress(request, text, packed)); });
      step("decompress", [&] { return as_expected(decompress(request, packed, unpacked)); });
    }
  }

  RcuThread rcu_;
  std::optional<Books> books_;
};
TYPED_TEST_SUITE(LedgerOf, AllStrategies, StrategyName);

TYPED_TEST(LedgerOf, EqualsTheWitnesses) {
  for (const Algorithm* a : algorithms_of<TypeParam>(60)) {
    for (const KeysPerSocket keys : two_or_one) {
      SCOPED_TRACE(label(*a));
      if (keys == KeysPerSocket::one && !a->keyed) continue;
      const KeyPair parent_keys(*a, 1, keys), child_keys(*a, 2, keys), new_keys(*a, 3, keys);
      const Books& books = this->books_.emplace();
      {
        auto strategy = create<TypeParam>({.possible_cpus = possible_cpus});
        ASSERT_TRUE(strategy);
        TypeParam& s = **strategy;
        books.compare("create");
        const std::uint64_t idle = books.bytes();
        auto parent = watched(books, "open", [&] { return s.open(*a, parent_keys.keys(), 60); });
        ASSERT_TRUE(parent);
        const std::size_t more = refuses<TypeParam>(*a, 128).empty() ? 128 : 60;
        auto second =
            watched(books, "a second open", [&] { return s.open(*a, new_keys.keys(), more); });
        ASSERT_TRUE(second);
        local_bh_disable();
        auto child = watched(books, "accept", [&] { return s.accept(*parent, child_keys.keys()); });
        local_bh_enable();
        ASSERT_TRUE(child);
        const std::uint64_t open = books.bytes();
        if (a->keyed && !std::is_same_v<TypeParam, Null>) {
          EXPECT_GT(open, idle);
        }
        for (unsigned i = 0; i < 8; ++i) {
          const auto direction = static_cast<Direction>(i % 2);
          const unsigned cpu = i % possible_cpus;
          const std::uint64_t before = books.bytes();
          const std::uint64_t most = this->packet(s, *child, *a, direction, cpu);
          if (a->flat && i >= possible_cpus) {  // a CPU's first packet may cost more
            EXPECT_EQ(most > before, fast_path_allocations<TypeParam>(*a, direction) > 0);
          }
          this->packet(s, *second, *a, direction, cpu);
        }
        EXPECT_EQ(watched(books, "rekey", [&] { return s.rekey(*child, new_keys.keys()); }),
                  Errno::ok);
        this->packet(s, *child, *a, Direction::tx, 0);
        auto mkt = watched(books, "opening an MKT", [&] {
          return s.open(*a, {parent_keys.of(Direction::tx), parent_keys.of(Direction::tx), true},
                        60);
        });
        ASSERT_TRUE(mkt);
        for (unsigned i = 0; i < 8 && refuses_without_socket<TypeParam>(*a).empty(); ++i) {
          const auto direction = static_cast<Direction>(i % 2);
          const unsigned cpu = i / 2 % possible_cpus;
          this->packet(s, *mkt, *a, Direction::tx, cpu);
          const std::uint64_t before = books.bytes();
          const std::uint64_t most =
              this->packet_without_socket(s, *mkt, new_keys.of(direction), *a, direction, cpu);
          if (a->flat && i >= 2 * possible_cpus) {
            EXPECT_EQ(most > before, without_socket_allocations<TypeParam>(*a, direction) > 0);
          }
        }
        watched(books, "closing an MKT", [&] { return s.close(*mkt), 0; });
        watched(books, "close", [&] { return s.close(*child), 0; });
        watched(books, "a second close", [&] { return s.close(*second), 0; });
        s.close(*parent);  // a worker may clean up at any time after this
      }
      books.compare("the strategy's end");
      EXPECT_EQ(books.bytes(), 0U);
      if (this->HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace tfm::test
