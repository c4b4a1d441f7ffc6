// SPDX-License-Identifier: MIT
// The k-th allocation fails, alone or with all later ones, for every k in the life of an MKT: it
// opens, keys are derived, packets without a socket come and go, children are accepted. As in
// fault_test.cpp, a failed operation gives an error and never a result, and nothing leaks.
#include "tests/strategies/contract.hpp"

namespace tfm::test {
namespace {

template <Strategy S>
class MktLife {
 public:
  explicit MktLife(const Algorithm& algorithm)
      : algorithm_(algorithm),
        master_(algorithm, 1, KeysPerSocket::one),
        derived_(algorithm, 2),
        child_(algorithm, 3),
        text_(pattern(94, 4)) {
    for (const Direction d : both) {
      of_master_[index(d)] = shown(expected<S>(algorithm, master_.of(d), text_));
      of_derived_[index(d)] = shown(expected<S>(algorithm, derived_.of(d), text_));
      of_child_[index(d)] = shown(expected<S>(algorithm, child_.of(d), text_));
    }
  }

  Live live() const { return algorithm_.flat ? Live::now() : Live::now().sum(); }

  void run() {
    auto strategy = create<S>({.possible_cpus = possible_cpus});
    if (!strategy) {
      EXPECT_EQ(strategy.error(), Errno::enomem);
      return;
    }
    S& s = **strategy;
    auto mkt = s.open(algorithm_, master_.keys(), scratch_bytes);
    if (!mkt) {
      EXPECT_EQ(mkt.error(), Errno::enomem);
      return;
    }
    for (unsigned cpu = 0; cpu < 2; ++cpu) {
      for (const Direction d : both) {
        expect(operate(s, *mkt, algorithm_, d, text_, cpu, scratch_bytes), of_master_[index(d)]);
        for (const bool headroom : {true, false}) {
          const Live before = live();
          expect(operate_without_socket(s, *mkt, derived_.of(d), algorithm_, d, text_, cpu,
                                        scratch_bytes, headroom),
                 of_derived_[index(d)]);
          if (keeps_nothing && algorithm_.flat) {
            EXPECT_EQ(live(), before) << "a packet left something";
          }
        }
      }
    }
    local_bh_disable();
    auto child = s.accept(*mkt, child_.keys());
    local_bh_enable();
    s.close(*mkt);
    if (!child) {
      EXPECT_EQ(child.error(), Errno::enomem);
      return;
    }
    for (const Direction d : both)
      expect(operate(s, *child, algorithm_, d, text_, 0, scratch_bytes), of_child_[index(d)]);
    s.close(*child);
  }

  std::uint64_t packets_refused = 0;  ///< without memory

 private:
  /// Pieces stay in a magazine or refill a reserve.
  static constexpr bool keeps_nothing =
      !std::is_same_v<S, PercpuFreelist> && !std::is_same_v<S, Mempool>;

  static std::size_t index(Direction d) { return static_cast<std::size_t>(d); }

  void expect(const Result<Octets>& made, const std::string& right) {
    if (!made && made.error() == Errno::enomem) {
      ++packets_refused;
    } else {
      EXPECT_EQ(shown(made), right);
    }
  }

  const Algorithm& algorithm_;
  KeyPair master_, derived_, child_;
  std::vector<std::uint8_t> text_;
  std::array<std::string, 2> of_master_, of_derived_, of_child_;
};

template <Strategy S>
class WithoutSocketFault : public ::testing::Test {
 protected:
  static void fail_each_allocation(const Algorithm& algorithm) {
    MktLife<S> life(algorithm);
    life.run();  // makes what the provider keeps from its first use on
    const Live before = life.live();
    const std::uint64_t first = allocations();
    life.run();
    const std::uint64_t in_a_life = allocations() - first;
    EXPECT_EQ(life.packets_refused, 0U);
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
    // A strategy whose packets allocate has lost some, and one whose packets do not, none. (If the
    // algorithm is keyless, a reserve or a magazine may have helped.)
    if (!algorithm.flat || !algorithm.keyed) return;
    const bool allocates = without_socket_allocations<S>(algorithm, Direction::rx) > 0 ||
                           skb_headroom_bytes<S>(algorithm, scratch_bytes) > 0;
    EXPECT_EQ(life.packets_refused > 0, allocates);
  }

  RcuThread rcu_;
};
TYPED_TEST_SUITE(WithoutSocketFault, AllStrategies, StrategyName);

TYPED_TEST(WithoutSocketFault, TheKthAllocationFails) {
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    if (!refuses_without_socket<TypeParam>(*a).empty()) continue;
    SCOPED_TRACE(label(*a));
    this->fail_each_allocation(*a);
    if (this->HasFailure()) return;
  }
}

}  // namespace
}  // namespace tfm::test
