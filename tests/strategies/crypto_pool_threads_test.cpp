// SPDX-License-Identifier: MIT
// The pool under concurrency: packets on several CPUs, while other threads allocate, get, release
// and grow the scratch. Every packet checks its MAC. Run this under ThreadSanitizer too.
#include <atomic>
#include <deque>
#include <thread>

#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

constexpr unsigned cpus = 3;
constexpr int rounds = 400;

class Load {
 public:
  /// `alias` is an algorithm with no other user. It outlives the pool, which refers to it.
  explicit Load(const Algorithm& alias) : alias_(alias) {
    for (const std::string_view name : {"hmac(sha1)", "cmac(aes128)", "md5"}) {
      const Algorithm* a = find_algorithm(name, "nettle");
      algorithms_.push_back(a);
      const KeyPair keys(*a, 1);
      expected_.push_back(reference_mac(*a, keys.of(Direction::tx), text_));
    }
  }

  /// Softirq on a CPU: while `id` is known to have a reference, its packets are right.
  void packets(unsigned cpu, unsigned id, std::size_t which, std::size_t scratch_bytes, int count) {
    const Algorithm& a = *algorithms_[which];
    const KeyPair keys(a, 1);
    for (int i = 0; i < count; ++i) {
      PostedPool::Section section;
      if (failed(pool->start(id, cpu, section))) {
        ++wrong;
        continue;
      }
      Request& request = *section.part;
      if (a.keyed &&
          failed(a.setkey(request.transform_context, keys.of(Direction::tx), Gfp::atomic))) {
        ++wrong;
      }
      const auto digest =
          operate(request, *request.algorithm, text_, Dirty{{section.scratch, scratch_bytes}});
      if (!digest || *digest != expected_[which]) ++wrong;
      PostedPool::end();
    }
  }

  /// A CPU whose sockets come and go. It may hold the last reference to its algorithm.
  void sockets_of(unsigned cpu) {
    const RcuThread rcu;
    for (int round = 0; round < rounds; ++round) {
      const std::size_t which = static_cast<std::size_t>(round) % algorithms_.size();
      const std::size_t scratch_bytes = 1 + static_cast<std::size_t>(round * 7 % 500);
      const auto id = pool->alloc(*algorithms_[which], scratch_bytes);
      if (!id) {
        ++wrong;
        continue;
      }
      packets(cpu, *id, which, scratch_bytes, 5);
      local_bh_disable();  // a passive open and the listener's close
      if (failed(pool->get(*id))) ++wrong;
      if (failed(pool->release(*id))) ++wrong;
      local_bh_enable();
      packets(cpu, *id, which, scratch_bytes, 5);
      if (failed(pool->release(*id))) ++wrong;
    }
  }

  /// Process context: an algorithm with no other user comes and goes, and the scratch grows.
  void slow_path() {
    for (int round = 0; round < rounds; ++round) {
      const auto id = pool->alloc(alias_, 100);
      if (!id) {
        ++wrong;
        continue;
      }
      if (failed(pool->reserve_scratch(500 + static_cast<std::size_t>(round) * 4))) ++wrong;
      if (failed(pool->get(*id)) || failed(pool->release(*id))) ++wrong;
      if (failed(pool->release(*id))) ++wrong;
    }
  }

  std::atomic<unsigned> wrong{0};
  std::unique_ptr<PostedPool> pool = PostedPool::create(cpus).value();

 private:
  const Algorithm& alias_;
  std::vector<const Algorithm*> algorithms_;
  std::vector<Octets> expected_;
  std::vector<std::uint8_t> text_ = pattern(94, 0);
};

TEST(CryptoPoolThreads, PacketsAreRightWhateverTheSlowPathDoes) {
  const Live before = Live::now();
  {
    Algorithm alias = *find_algorithm("hmac(sha1)", "nettle");
    alias.name = "alias";
    Load load(alias);
    const Live empty = Live::now();
    std::vector<std::thread> threads;
    for (unsigned cpu = 0; cpu < cpus; ++cpu) threads.emplace_back(&Load::sockets_of, &load, cpu);
    threads.emplace_back(&Load::slow_path, &load);
    for (std::thread& t : threads) t.join();
    EXPECT_EQ(load.wrong, 0U);
    load.pool->flush();
    EXPECT_EQ(Live::now(), empty);
  }
  EXPECT_EQ(Live::now(), before);
}

// A stale id: start() returns -EINVAL or a request that stays valid until end(). The reader never
// sleeps: each clean-up ends because the reader passes from poll to poll.
TEST(CryptoPoolThreads, AStaleIdMeetsTheCleanUp) {
  const Algorithm& sha1 = *find_algorithm("hmac(sha1)", "nettle");
  const auto pool = PostedPool::create(2).value();
  std::atomic<bool> stop{false};
  std::atomic<unsigned> wrong{0};
  std::thread reader([&] {
    const RcuThread rcu;
    while (!stop.load()) {
      PostedPool::Section section;
      rcu_quiescent_state();
      if (failed(pool->start(0, 1, section))) continue;
      if (section.part->algorithm != &sha1) ++wrong;
      if (section.scratch != nullptr) std::fill_n(section.scratch, 60, 0xa5);
      PostedPool::end();
    }
  });
  for (int i = 0; i < rounds; ++i) {
    EXPECT_EQ(pool->alloc(sha1, 60).value(), 0U);
    EXPECT_EQ(pool->release(0), Errno::ok);
    if (i % 2 == 0) pool->flush();
  }
  stop = true;
  reader.join();
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace tfm::test
