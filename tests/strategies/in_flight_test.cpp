// SPDX-License-Identifier: MIT
// Tests what a strategy declares about operations in flight. If it allows many, many are begun,
// computed and ended out of order and across CPUs. If it allows one per CPU, it gets two, and one
// result must be wrong.
#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "runtime/rng.hpp"
#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

constexpr std::size_t scratch_bytes = 60;  // as much as every strategy hands out

/// The flat algorithms. EVP's request is part of its transform, which serves one operation at a
/// time.
template <Strategy S>
std::vector<const Algorithm*> flat_algorithms_of() {
  std::vector<const Algorithm*> flat = algorithms_of<S>(scratch_bytes);
  std::erase_if(flat, [](const Algorithm* a) { return !a->flat; });
  EXPECT_FALSE(flat.empty());
  return flat;
}

template <Strategy S>
struct OpenSocket {
  OpenSocket(S& s, const Algorithm& a, unsigned seed)
      : algorithm(a), keys(a, seed), socket(s.open(a, keys.keys(), scratch_bytes).value()) {}
  const Algorithm& algorithm;
  KeyPair keys;
  typename S::Socket socket;
};

/// A packet with its own skb, and the operation over it.
template <Strategy S>
class Flight {
 public:
  Errno begin(S& s, unsigned cpu, OpenSocket<S>& to, unsigned number) {
    const Direction direction = number % 2 == 0 ? Direction::tx : Direction::rx;
    algorithm_ = &to.algorithm;
    text_ = pattern(40 + number % 200, number);
    expected_ = expected<S>(to.algorithm, to.keys.of(direction), text_);
    own_ = static_cast<std::uint8_t>(number);
    skb_.emplace(direction);
    error_ = s.start(cpu, to.socket, *skb_, operation);
    if (!failed(error_)) error_ = s.key(operation);
    return error_;
  }

  // The computation has two parts, so that another operation can come in between. A hash takes part
  // of the text in the first. Other families only write the scratch in the first.
  void compute_half() {
    if (failed(error_)) return;
    std::fill_n(operation.scratch(), scratch_bytes, own_);
    if (algorithm_->family != Family::hash) return;
    error_ = hash_init(operation.request());
    if (!failed(error_)) error_ = hash_update(operation.request(), Bytes(text_).first(20));
  }
  void compute_rest(S& s, unsigned cpu) {
    if (failed(error_)) return;
    scratch_is_own_ = std::is_same_v<S, Null> ||  // its scratch is shared and never used
                      std::all_of(operation.scratch(), operation.scratch() + scratch_bytes,
                                  [&](std::uint8_t byte) { return byte == own_; });
    const auto finish = [&](Errno e) { return finished(s, cpu, operation, e); };
    if (algorithm_->family != Family::hash) {
      made_ = operate(operation.request(), *algorithm_, text_, NoSteps{}, finish);
      return;
    }
    Octets digest(algorithm_->digest_bytes);
    error_ = hash_update(operation.request(), Bytes(text_).subspan(20));
    if (!failed(error_)) error_ = finish(hash_final(operation.request(), digest));
    if (!failed(error_)) made_ = digest;
  }

  bool right() const { return made_right() && scratch_is_own_; }
  bool made_right() const { return !failed(error_) && made_ == expected_; }

  typename S::Operation operation;

 private:
  const Algorithm* algorithm_ = nullptr;
  std::optional<RoomySkb> skb_;
  std::vector<std::uint8_t> text_;
  Result<Octets> expected_, made_ = error(Errno::einval);  // null does not compress: enospc
  std::uint8_t own_ = 0;
  bool scratch_is_own_ = false;
  Errno error_ = Errno::ok;
};

/// Hands numbers from one thread to another. take() waits.
class Channel {
 public:
  void give(unsigned number) {
    const std::lock_guard lock(mutex_);
    numbers_.push_back(number);
    given_.notify_one();
  }
  /// All numbers so far, at least one.
  std::vector<unsigned> take() {
    const RcuOffline waits;
    std::unique_lock lock(mutex_);
    given_.wait(lock, [&] { return !numbers_.empty(); });
    const std::vector<unsigned> all(numbers_.begin(), numbers_.end());
    numbers_.clear();
    return all;
  }

 private:
  std::mutex mutex_;
  std::condition_variable given_;
  std::deque<unsigned> numbers_;
};

void shuffle(std::vector<unsigned>& numbers, Rng& rng) {
  for (std::size_t i = numbers.size(); i > 1; --i) {
    std::swap(numbers[i - 1], numbers[rng.below(static_cast<std::uint32_t>(i))]);
  }
}

template <Strategy S>
class InFlightOf : public ::testing::Test {
 protected:
  static std::unique_ptr<S> create() { return tfm::create<S>({.possible_cpus = 2}).value(); }

  /// Runs two operations of two sockets and alternates the parts of their computation.
  struct Seen {
    bool right, made_right;
  };
  static std::array<Seen, 2> two(const Algorithm& algorithm, unsigned second_cpu) {
    auto s = create();
    OpenSocket<S> a(*s, algorithm, 1), b(*s, algorithm, 2);
    std::array<Flight<S>, 2> flights;
    EXPECT_EQ(flights[0].begin(*s, 0, a, 2), Errno::ok);
    EXPECT_EQ(flights[1].begin(*s, second_cpu, b, 4), Errno::ok);
    for (Flight<S>& f : flights) f.compute_half();
    flights[0].compute_rest(*s, 0);
    flights[1].compute_rest(*s, second_cpu);
    s->end(second_cpu, flights[1].operation);
    s->end(0, flights[0].operation);
    s->close(a.socket);
    s->close(b.socket);
    return {Seen{flights[0].right(), flights[0].made_right()},
            Seen{flights[1].right(), flights[1].made_right()}};
  }

  RcuThread rcu_;
};
TYPED_TEST_SUITE(InFlightOf, AllStrategies, StrategyName);

/// The strategies of one kind.
template <InFlight kind, class Kept, class... Rest>
struct KeepOnly {
  using type = Kept;
};
template <InFlight kind, class... Kept, class S, class... Rest>
struct KeepOnly<kind, ::testing::Types<Kept...>, S, Rest...>
    : KeepOnly<kind,
               std::conditional_t<tfm::in_flight<S>() == kind, ::testing::Types<Kept..., S>,
                                  ::testing::Types<Kept...>>,
               Rest...> {};
template <InFlight kind, class All>
struct Only;
template <InFlight kind, class... S>
struct Only<kind, ::testing::Types<S...>> : KeepOnly<kind, ::testing::Types<>, S...> {};

template <Strategy S>
class ManyInFlight : public InFlightOf<S> {};
using ManyStrategies = Only<InFlight::many, AllStrategies>::type;
TYPED_TEST_SUITE(ManyInFlight, ManyStrategies, StrategyName);

template <Strategy S>
class OnePerCpu : public InFlightOf<S> {};
using OnePerCpuStrategies = Only<InFlight::one_per_cpu, AllStrategies>::type;
TYPED_TEST_SUITE(OnePerCpu, OnePerCpuStrategies, StrategyName);

// Operations begin on CPU 0, are computed by an engine and end on CPU 1, all at the same time;
// several per socket.
TYPED_TEST(ManyInFlight, EndOutOfOrderOnAnotherCpu) {
  using S = TypeParam;
  if (std::is_same_v<S, Null>)
    GTEST_SKIP() << "each thread has its own request, which holds nothing";
  if constexpr (BatchedStrategy<S>) {
    GTEST_SKIP() << "its operations are computed on the CPU that began them";
  }
  constexpr unsigned slots = 64, packets = 1000;
  for (const Algorithm* a : flat_algorithms_of<S>()) {
    SCOPED_TRACE(label(*a));
    const Live before = Live::now();
    {
      auto s = this->create();
      std::vector<OpenSocket<S>> sockets;
      for (unsigned i = 0; i < 16; ++i) sockets.emplace_back(*s, *a, i);
      std::vector<Flight<S>> flights(slots);
      Channel free, engine, over;
      for (unsigned slot = 0; slot < slots; ++slot) free.give(slot);
      std::thread cpu0([&] {
        const RcuThread rcu;
        for (unsigned number = 0; number < packets;) {
          for (const unsigned slot : free.take()) {
            if (number == packets) return;
            EXPECT_EQ(flights[slot].begin(*s, 0, sockets[number % 16], number), Errno::ok);
            EXPECT_EQ(softirq_depth, 0U) << "held open until somebody else ends it";
            ++number;
            engine.give(slot);
          }
        }
      });
      std::thread computes([&] {
        Rng rng(1);
        for (unsigned done = 0; done < packets;) {
          std::vector<unsigned> held = engine.take();
          shuffle(held, rng);
          for (const unsigned slot : held) flights[slot].compute_half();
          shuffle(held, rng);
          for (const unsigned slot : held) {
            flights[slot].compute_rest(*s, 0);
            over.give(slot);
          }
          done += static_cast<unsigned>(held.size());
        }
      });
      std::thread cpu1([&] {
        const RcuThread rcu;
        for (unsigned done = 0; done < packets;) {
          for (const unsigned slot : over.take()) {
            EXPECT_TRUE(flights[slot].right());
            s->end(1, flights[slot].operation);
            ++done;
            free.give(slot);
          }
        }
      });
      {
        const RcuOffline waits;
        cpu0.join();
        computes.join();
        cpu1.join();
      }
      for (auto& o : sockets) s->close(o.socket);
    }
    EXPECT_EQ(Live::now(), before);
  }
}

// The same on one CPU, for all strategies that allow many, with as many as they allow.
TYPED_TEST(ManyInFlight, EndOutOfOrder) {
  using S = TypeParam;
  unsigned count = 64;
  if constexpr (BatchedStrategy<S>) count = std::min(count, S::most_in_flight);
  Rng rng(2);
  for (const Algorithm* a : flat_algorithms_of<S>()) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    std::vector<OpenSocket<S>> sockets;
    for (unsigned i = 0; i < 8; ++i) sockets.emplace_back(*s, *a, i);
    std::vector<Flight<S>> flights(count);
    std::vector<unsigned> order(count);
    std::iota(order.begin(), order.end(), 0U);
    for (const unsigned i : order) {
      ASSERT_EQ(flights[i].begin(*s, 0, sockets[i % 8], i), Errno::ok);
    }
    shuffle(order, rng);
    for (const unsigned i : order) flights[i].compute_half();
    shuffle(order, rng);
    for (const unsigned i : order) flights[i].compute_rest(*s, 0);
    shuffle(order, rng);
    for (const unsigned i : order) {
      EXPECT_TRUE(flights[i].right()) << i;
      s->end(0, flights[i].operation);
    }
    EXPECT_EQ(softirq_depth, 0U);
    for (auto& o : sockets) s->close(o.socket);
  }
}

/// The state of 7.x's cmac points to the key, and its final zeroes the state: the first operation
/// would go on without a key, which ends the process, there as here.
bool forgets_its_key(const Algorithm& a) {
  return a.tmpl == Template::cmac && (a.api == Api::ahash_library || a.api == Api::library);
}

// Code that ignores the rule computes a wrong result: with another packet's key, over another
// packet's text, or with what another packet left in the scratch.
TYPED_TEST(OnePerCpu, ASecondOneSpoilsAResult) {
  using S = TypeParam;
  for (const Algorithm* a : flat_algorithms_of<S>()) {
    if (forgets_its_key(*a)) continue;
    SCOPED_TRACE(label(*a));
    const auto seen = this->two(*a, 0);
    EXPECT_FALSE(seen[0].right && seen[1].right);
    constexpr bool rekeys = std::is_same_v<S, PercpuPool> || std::is_same_v<S, PercpuRequestKey> ||
                            std::is_same_v<S, TfmPool>;
    if (rekeys && a->keyed) {
      EXPECT_FALSE(seen[0].made_right) << "the second packet's key is not the first's";
    }
  }
}

TYPED_TEST(OnePerCpu, EachCpuCanHaveOne) {
  using S = TypeParam;
  for (const Algorithm* a : flat_algorithms_of<S>()) {
    SCOPED_TRACE(label(*a));
    for (const auto& seen : this->two(*a, 1)) EXPECT_TRUE(seen.right);
  }
}

// Bottom halves stay disabled, so that nothing else starts on the CPU.
TYPED_TEST(InFlightOf, OnePerCpuKeepsTheSectionClosed) {
  using S = TypeParam;
  auto s = this->create();
  const Algorithm& algorithm = *flat_algorithms_of<S>().front();
  OpenSocket<S> socket(*s, algorithm, 1);
  Flight<S> flight;
  ASSERT_EQ(flight.begin(*s, 0, socket, 2), Errno::ok);
  const bool closed = in_softirq();
  s->end(0, flight.operation);
  s->close(socket.socket);
  EXPECT_EQ(closed, tfm::in_flight<S>() == InFlight::one_per_cpu || BatchedStrategy<S>);
}

// An operation with its request inside ends with its stack frame.
TYPED_TEST(InFlightOf, NoneMeansThatItLiesOnTheStack) {
  using S = TypeParam;
  auto s = this->create();
  const Algorithm& algorithm = *flat_algorithms_of<S>().front();
  OpenSocket<S> socket(*s, algorithm, 1);
  Flight<S> flight;
  ASSERT_EQ(flight.begin(*s, 0, socket, 2), Errno::ok);
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(&flight.operation);
  const auto inside = [&](const void* part) {
    return part >= begin && part < begin + sizeof flight.operation;
  };
  EXPECT_EQ(inside(&flight.operation.request()), tfm::in_flight<S>() == InFlight::none);
  EXPECT_EQ(inside(flight.operation.scratch()), tfm::in_flight<S>() == InFlight::none);
  s->end(0, flight.operation);
  s->close(socket.socket);
}

}  // namespace
}  // namespace tfm::test
