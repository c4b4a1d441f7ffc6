// SPDX-License-Identifier: MIT
// Every allocation in a strategy's life is refused in turn. First by the injector: one allocation,
// or all from that one on. Then by a zone in a drought, which has only a given number of objects in
// one size class. No packet is sent unsigned, no wrong packet is accepted, and no memory is kept.
#include "runtime/zone/kmalloc.hpp"
#include "tests/bench/cell/fail_closed_support.hpp"

namespace tfm::bench::test {
namespace {

/// A short life of a strategy with all kinds of steps. The workload's keys are derived before.
class Life {
 public:
  explicit Life(const Case& c) : case_(c), poisoned_(poisoned(c, few_sockets(c), packets)) {
    poisoned_->workload().derive_keys();
  }

  void run() {
    poisoned_->poison();
    Tally t;
    {
      auto cell = poisoned_->workload().cell(case_.strategy);
      if (!cell) {
        EXPECT_EQ(cell.error(), Errno::enomem);
        return;
      }
      const Opening opening = (*cell)->open_first(Cell::all_sockets);
      EXPECT_TRUE(!failed(opening.error) || opening.error == Errno::enomem);
      some_packets(**cell, t);
      if (opening.sockets > 0) {
        for (std::uint32_t i = 0; i < sockets; ++i) {
          (*cell)->close_next(0, t);
          (*cell)->open_again(0, 1 + i % 2, t);
        }
        some_packets(**cell, t);
      }
    }
    expect_balanced(t);
    // TX packets are handled twice. Once signed, a packet stays signed, even if the second time
    // fails.
    const auto found = poisoned_->look();
    EXPECT_LE(found.right, t.sent);
  }

 private:
  static constexpr std::uint32_t sockets = 4;
  static constexpr std::size_t packets =
      std::size_t{2} * poll_packets;  ///< a poll of each direction

  static Block few_sockets(const Case& c) {
    Block block = c.block();
    block.sockets = sockets;
    return block;
  }

  static void some_packets(Cell& cell, Tally& t) {
    for (unsigned i = 0; i < 4; ++i) cell.handle(0, cell.poll(0, 0)[i], t);
    unsigned genuine = 4, forged = 2;
    for (const Skb* skb = cell.poll(0, 1); genuine + forged > 0 && skb != cell.poll(0, 1) + 64;
         ++skb) {
      unsigned& left = skb->forged ? forged : genuine;
      if (left == 0) continue;
      --left;
      cell.handle(0, *skb, t);
    }
  }

  Case case_;
  std::unique_ptr<PoisonedWorkload> poisoned_;
};

class FailClosedSites : public ::testing::TestWithParam<Case> {
 private:
  RcuThread rcu_;
};

void refuse_the_kth(const Case& c) {
  Life life(c);
  life.run();  // the provider keeps memory from its first use
  const std::uint64_t before = live_bytes();
  const std::uint64_t first = allocations();
  life.run();
  const std::uint64_t in_a_life = allocations() - first;
  for (const bool sticky : {false, true}) {
    for (std::uint64_t k = 1;; ++k) {
      SCOPED_TRACE((sticky ? "all from allocation " : "allocation ") + std::to_string(k));
      const std::uint64_t refused = refusals();
      gfp_accounting()->set_faults({.kth = k, .sticky = sticky, .also_kernel = true});
      life.run();
      gfp_accounting()->clear_faults();
      ASSERT_EQ(live_bytes(), before) << "something was kept";
      ASSERT_FALSE(::testing::Test::HasFailure());
      if (refusals() != refused) continue;
      EXPECT_EQ(k, in_a_life + 1) << "an allocation was never refused";
      break;
    }
  }
}

TEST_P(FailClosedSites, WhenTheKthAllocationIsRefused) { refuse_the_kth(GetParam()); }

/// A zone without free pages. Every size class has free objects, except the scarce one; one_more()
/// adds one there. A slab would become free pages if all its objects were returned, so one of every
/// four objects is never returned.
class Drought {
 public:
  static constexpr std::size_t objects = 512;  ///< per class; three of four can be free
  static constexpr unsigned none = kmalloc_sizes.size();

  explicit Drought(unsigned scarce) : zone_(make()) {
    for (unsigned c = 0; c < kmalloc_sizes.size(); ++c) {
      for (std::size_t i = 0; i < objects; ++i) taken_[c].push_back(take(c));
    }
    for (unsigned c = kmalloc_sizes.size(); c-- > 0;) {  // the largest first: they take the pages
      while (void* block = zone_->alloc(kmalloc_sizes[c], Gfp::atomic)) rest_.push_back(block);
    }
    for (unsigned c = 0; c < kmalloc_sizes.size(); ++c) {
      if (c == scarce) continue;
      for (std::size_t i = 0; i < objects; ++i) give_back(c, i);
    }
    scarce_ = scarce;
    before_ = zone_->usage();
  }
  ~Drought() {
    for (void* block : rest_) zone_->free(block);
    for (const auto& blocks : taken_) {
      for (void* block : blocks) zone_->free(block);
    }
    const ZoneUsage end = zone_->usage();
    if (end.blocks != 0) {  // already reported; a zone with live blocks must not be destroyed
      static_cast<void>(zone_.release());
      return;
    }
    zone_->shrink();
    EXPECT_EQ(zone_->usage().free_pages, pages) << "pages are lost";
  }

  /// Makes one more object of the scarce class free.
  void one_more() {
    while (next_ % 4 == 3) ++next_;
    give_back(scarce_, next_++);
    before_ = zone_->usage();
  }

  Zone& zone() { return *zone_; }
  const ZoneUsage& before() const { return before_; }

 private:
  static constexpr std::uint32_t pages = 2304;

  static std::unique_ptr<Zone> make() {
    return std::move(Zone::create({.pages = pages, .min_pages = 32}).value());
  }
  void* take(unsigned c) {
    void* block = zone_->alloc(kmalloc_sizes[c], Gfp::atomic);
    EXPECT_NE(block, nullptr);
    return block;
  }
  void give_back(unsigned c, std::size_t i) {
    if (i % 4 == 3) return;
    zone_->free(std::exchange(taken_[c][i], nullptr));
  }

  std::unique_ptr<Zone> zone_;
  std::array<std::vector<void*>, kmalloc_sizes.size()> taken_;
  std::vector<void*> rest_;
  unsigned scarce_ = 0;
  std::size_t next_ = 0;
  ZoneUsage before_;
};

/// Runs a life in the drought. Returns how many allocations were granted and refused.
ZoneCounts live_in(Drought& drought, Life& life, std::uint64_t bytes) {
  gfp_use_zone(&drought.zone());
  life.run();
  gfp_use_zone(nullptr);
  const ZoneUsage before = drought.before(), after = drought.zone().usage();
  EXPECT_EQ(after.blocks, before.blocks) << "something was kept";
  EXPECT_EQ(after.bytes, before.bytes);
  EXPECT_EQ(after.free_pages, before.free_pages);
  EXPECT_EQ(live_bytes(), bytes);
  return {
      after.atomic.granted + after.kernel.granted - before.atomic.granted - before.kernel.granted,
      after.atomic.refused + after.kernel.refused - before.atomic.refused - before.kernel.refused};
}

void dry_up(const Case& c) {
  Life life(c);
  life.run();
  const std::uint64_t bytes = live_bytes();
  // Blocks of whole pages are refused even if no class is scarce.
  const ZoneCounts best = live_in(*std::make_unique<Drought>(Drought::none), life, bytes);
  std::uint64_t refused_in_all = best.refused;
  for (unsigned scarce = 0; scarce < kmalloc_sizes.size(); ++scarce) {
    Drought drought(scarce);
    for (std::size_t spare = 0;; ++spare, drought.one_more()) {
      SCOPED_TRACE(std::to_string(spare) + " objects of " + std::to_string(kmalloc_sizes[scarce]));
      ASSERT_LT(spare, Drought::objects * 3 / 4);
      const ZoneCounts counts = live_in(drought, life, bytes);
      ASSERT_FALSE(::testing::Test::HasFailure());
      refused_in_all += counts.refused;
      if (counts.refused == best.refused && counts.granted == best.granted) break;
    }
  }
  EXPECT_GT(refused_in_all, 0U);
}

TEST_P(FailClosedSites, WhenAZoneRunsOutOfMemory) { dry_up(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, FailClosedSites, ::testing::ValuesIn(all_cases()), case_name);

}  // namespace
}  // namespace tfm::bench::test
