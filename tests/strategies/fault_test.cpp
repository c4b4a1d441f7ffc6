// SPDX-License-Identifier: MIT
// The k-th allocation fails, alone or with all later ones, for every k of a strategy's whole life,
// for every strategy and algorithm. A failed operation gives an error and never a result. A call
// that fails half-way rolls back every byte.
#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

constexpr std::size_t scratch_bytes = 60;  // as much as md5sig_pool has
constexpr unsigned possible_cpus = 3;

/// A strategy's life. The results that packets must have are computed before an allocation fails.
template <Strategy S>
class Life {
 public:
  Life(const Algorithm& algorithm, KeysPerSocket keys)
      : algorithm_(algorithm),
        parent_keys_(algorithm, 1, keys),
        new_keys_(algorithm, 2, keys),
        child_keys_(algorithm, 3, keys),
        text_(pattern(94, 4)),
        parent_(results(parent_keys_)),
        new_(results(new_keys_)),
        child_(results(child_keys_)) {}

  /// By owner, if the provider allocates nothing inside; else the sum.
  Live live() const { return algorithm_.flat ? Live::now() : Live::now().sum(); }

  void run() const {
    auto strategy = create<S>({.possible_cpus = possible_cpus});
    if (!strategy) {
      EXPECT_EQ(strategy.error(), Errno::enomem);
      return;
    }
    S& s = **strategy;
    auto parent = whole([&] { return s.open(algorithm_, parent_keys_.keys(), scratch_bytes); });
    if (!parent) return;
    packets(s, *parent, parent_);
    local_bh_disable();
    auto child = whole([&] { return s.accept(*parent, child_keys_.keys()); });
    local_bh_enable();
    // A second user that needs more. If that fails, the first user's memory must stay usable.
    const bool takes_more = refuses<S>(algorithm_, 2 * scratch_bytes).empty();
    const std::size_t more = takes_more ? 2 * scratch_bytes : scratch_bytes;
    auto larger = whole([&] { return s.open(algorithm_, new_keys_.keys(), more); });
    if (child) packets(s, *child, child_);
    if (larger) packets(s, *larger, new_);
    const bool rekeyed = !failed(s.rekey(*parent, new_keys_.keys()));
    packets(s, *parent, new_, rekeyed ? Errno::ok : Errno::enokey);
    if (larger) s.close(*larger);
    s.close(*parent);
    if (child) {
      packets(s, *child, child_);
      s.close(*child);
    }
  }

 private:
  using Results = std::array<std::string, 2>;

  Results results(const KeyPair& keys) const {
    return {shown(expected<S>(algorithm_, keys.of(Direction::tx), text_)),
            shown(expected<S>(algorithm_, keys.of(Direction::rx), text_))};
  }

  /// A call that succeeds or changes nothing.
  template <class Call>
  auto whole(Call call) const {
    const Live before = live();
    auto result = call();
    if (!result) {
      EXPECT_EQ(result.error(), Errno::enomem);
      EXPECT_EQ(live(), before) << "a failure was not rolled back";
    }
    return result;
  }

  /// Each packet must give the expected result, or end with enomem or `allowed`.
  void packets(S& s, typename S::Socket& socket, const Results& expected,
               Errno allowed = Errno::ok) const {
    for (unsigned i = 0; i < 4; ++i) {
      const auto direction = static_cast<Direction>(i % 2);
      const auto made =
          operate(s, socket, algorithm_, direction, text_, i % possible_cpus, scratch_bytes, i < 2);
      if (!made && (made.error() == Errno::enomem || made.error() == allowed)) continue;
      EXPECT_EQ(shown(made), expected[i % 2]);
    }
  }

  const Algorithm& algorithm_;
  KeyPair parent_keys_, new_keys_, child_keys_;
  std::vector<std::uint8_t> text_;
  Results parent_, new_, child_;
};

template <Strategy S>
class Fault : public ::testing::Test {
 protected:
  static void fail_each_allocation(const Algorithm& algorithm, KeysPerSocket keys) {
    const Life<S> life(algorithm, keys);
    life.run();  // makes what the provider keeps from its first use on
    const Live before = life.live();
    const std::uint64_t first = allocations();
    life.run();
    const std::uint64_t in_a_life = allocations() - first;
    for (const bool sticky : {false, true}) {
      for (std::uint64_t k = 1;; ++k) {
        SCOPED_TRACE((sticky ? "all from allocation " : "allocation ") + std::to_string(k));
        const std::uint64_t refused = refusals();
        {
          const WithFaults faults({.kth = k, .sticky = sticky, .also_kernel = true});
          life.run();
        }
        ASSERT_EQ(life.live(), before) << "something leaks";
        ASSERT_FALSE(HasFailure());
        if (refusals() == refused) {
          EXPECT_EQ(k, in_a_life + 1) << "an allocation was never made to fail";
          break;
        }
      }
    }
  }

  RcuThread rcu_;
};
TYPED_TEST_SUITE(Fault, AllStrategies, StrategyName);

TYPED_TEST(Fault, TheKthAllocationFails) {
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    SCOPED_TRACE(label(*a));
    this->fail_each_allocation(*a, KeysPerSocket::two);
    if (this->HasFailure()) return;
  }
}

TYPED_TEST(Fault, TheKthAllocationFailsWithOneKeyForBothDirections) {
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    if (!a->keyed) continue;
    SCOPED_TRACE(label(*a));
    this->fail_each_allocation(*a, KeysPerSocket::one);
    if (this->HasFailure()) return;
  }
}

}  // namespace
}  // namespace tfm::test
