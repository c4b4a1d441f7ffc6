// SPDX-License-Identifier: MIT
// What the strategies' tests share: keys, an operation with a plain transform, an operation with a
// strategy, and the ledger in a form that can be compared and printed.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <ostream>
#include <string>
#include <vector>

#include "runtime/accounting.hpp"
#include "runtime/keyed_request.hpp"
#include "runtime/rcu.hpp"
#include "strategies/registry.hpp"
#include "tests/runtime/operation.hpp"

namespace tfm {

inline void PrintTo(Errno e, std::ostream* out) { *out << name(e); }

namespace test {

/// The pool as posted: a request per CPU.
using PostedPool = CryptoPool<PooledRequests>;

/// `bytes` that differ for each seed.
inline std::vector<std::uint8_t> pattern(std::size_t bytes, unsigned seed) {
  std::vector<std::uint8_t> all(bytes);
  std::iota(all.begin(), all.end(), static_cast<std::uint8_t>(seed * 37 + 1));
  return all;
}

/// The algorithms of every family and API that a strategy takes.
template <Strategy S>
std::vector<const Algorithm*> algorithms_of(std::size_t scratch_bytes) {
  std::vector<const Algorithm*> taken;
  for (const Api api : all_apis) {
    if (!is_given<S>(api)) continue;
    for (const Algorithm* a : algorithms(api)) {
      if (refuses<S>(*a, scratch_bytes).empty()) taken.push_back(a);
    }
  }
  EXPECT_FALSE(taken.empty());
  return taken;
}

/// Whether a socket has a key for each direction, or one for both.
enum class KeysPerSocket : std::uint8_t { two, one };
inline constexpr KeysPerSocket two_or_one[] = {KeysPerSocket::two, KeysPerSocket::one};

/// The keys of one socket. They are empty if the algorithm is keyless.
class KeyPair {
 public:
  KeyPair(const Algorithm& algorithm, unsigned seed, KeysPerSocket keys = KeysPerSocket::two)
      : one_(keys == KeysPerSocket::one),
        tx_(pattern(algorithm.key_bytes, 2 * seed)),
        rx_(one_ ? tx_ : pattern(algorithm.key_bytes, 2 * seed + 1)) {}
  Keys keys() const { return {tx_, rx_, one_}; }
  Bytes of(Direction d) const { return keys().of(d); }

 private:
  bool one_;
  std::vector<std::uint8_t> tx_, rx_;
};

/// The result for `text` with a new transform and request.
inline Result<Octets> reference(const Algorithm& algorithm, Bytes key, Bytes text) {
  const auto request = KeyedRequest::create(algorithm, key);
  if (!request) return error(request.error());
  return operate(**request, algorithm, text);
}
inline Octets reference_mac(const Algorithm& algorithm, Bytes key, Bytes text) {
  return reference(algorithm, key, text).value();
}

/// An skb without a packet, with as much headroom as an skb can have, or with none.
class RoomySkb {
 public:
  explicit RoomySkb(Direction direction, bool headroom = true) noexcept
      : skb_{memory_.data() + memory_.size(),        0, 0, direction, false,
             headroom ? most_lines : std::uint8_t{0}} {}
  RoomySkb(const RoomySkb&) = delete;
  RoomySkb& operator=(const RoomySkb&) = delete;

  operator const Skb&() const noexcept { return skb_; }
  MutableBytes headroom() noexcept { return memory_; }

 private:
  static constexpr std::uint8_t most_lines = 63;
  alignas(Skb::headroom_line_bytes)
      std::array<std::uint8_t, most_lines * Skb::headroom_line_bytes> memory_;
  Skb skb_;
};

/// Writes the whole of a scratch before each step.
struct Dirty {
  MutableBytes scratch;
  void operator()(std::uint8_t step) const noexcept {
    std::fill(scratch.begin(), scratch.end(), static_cast<std::uint8_t>(0xa5 + step));
  }
};

/// One operation of a strategy, which start(op) starts. It writes all of the scratch, which must
/// belong to this operation only. The section must be closed again in all cases.
template <class Operation, Strategy S, class Start>
Result<Octets> operate_from(S& strategy, const Algorithm& algorithm, Bytes text, unsigned cpu,
                            std::size_t scratch_bytes, Start start) {
  Operation op;
  const unsigned depth = softirq_depth;
  if (const Errno e = start(op); failed(e)) {
    EXPECT_EQ(softirq_depth, depth) << "a failed start left its section open";
    return error(e);
  }
  Result<Octets> made = error(Errno::ok);
  if (const Errno e = strategy.key(op); failed(e)) {
    made = error(e);
  } else {
    const Dirty dirty{{op.scratch(), scratch_bytes}};
    made = operate(op.request(), algorithm, text, dirty,
                   [&](Errno e) { return finished(strategy, cpu, op, e); });
  }
  strategy.end(cpu, op);
  EXPECT_EQ(softirq_depth, depth);
  return made;
}

template <Strategy S>
Result<Octets> operate(S& strategy, typename S::Socket& socket, const Algorithm& algorithm,
                       Direction direction, Bytes text, unsigned cpu = 0,
                       std::size_t scratch_bytes = 0, bool headroom = true) {
  const RoomySkb skb(direction, headroom);
  return operate_from<typename S::Operation>(
      strategy, algorithm, text, cpu, scratch_bytes,
      [&](auto& op) { return strategy.start(cpu, socket, skb, op); });
}

/// The same without a socket.
template <Strategy S>
Result<Octets> operate_without_socket(S& strategy, typename S::Socket& mkt, Bytes key,
                                      const Algorithm& algorithm, Direction direction, Bytes text,
                                      unsigned cpu = 0, std::size_t scratch_bytes = 0,
                                      bool headroom = true) {
  const RoomySkb skb(direction, headroom);
  return operate_from<Transient<S>>(strategy, algorithm, text, cpu, scratch_bytes, [&](auto& op) {
    return strategy.without_socket(cpu, mkt, key, skb, op);
  });
}

/// The result that this operation must give. `null` runs an algorithm of zeros.
template <Strategy S>
Result<Octets> expected(const Algorithm& algorithm, Bytes key, Bytes text) {
  if constexpr (!std::is_same_v<S, Null>) return reference(algorithm, key, text);
  Request zeros{&zero_algorithm(), nullptr};
  return operate(zeros, algorithm, text);
}

/// Live bytes and blocks by owner.
struct Live {
  std::array<std::array<std::uint64_t, 2>, owner_count> owners;

  /// Initialises the providers first, so that what they keep for good is in every reading.
  static Live now() {
    EXPECT_EQ(providers_init(), Errno::ok);
    Live live{};
    const Ledger ledger = gfp_accounting()->ledger();
    for (std::size_t i = 0; i < owner_count; ++i) {
      live.owners[i] = {ledger.by_owner[i].bytes, ledger.by_owner[i].blocks};
    }
    return live;
  }
  std::uint64_t bytes(Owner owner) const { return owners[static_cast<std::size_t>(owner)][0]; }
  bool operator==(const Live&) const = default;

  /// The sum over all owners. If a fetch is refused memory half-way, OpenSSL makes entries of its
  /// method cache again, and an entry is then on another owner's account.
  Live sum() const {
    Live all{};
    for (const auto& [bytes, blocks] : owners) {
      all.owners[0][0] += bytes;
      all.owners[0][1] += blocks;
    }
    return all;
  }
};
inline void PrintTo(const Live& live, std::ostream* out) {
  for (std::size_t i = 0; i < owner_count; ++i) {
    *out << owner_names[i] << ' ' << live.owners[i][0] << " bytes in " << live.owners[i][1]
         << " blocks; ";
  }
}

/// Allocations so far, refused ones included.
inline std::uint64_t allocations() {
  const AllocationCounts counts = gfp_accounting()->counts();
  return counts.atomic + counts.kernel;
}
inline std::uint64_t refusals() {
  const AllocationCounts counts = gfp_accounting()->counts();
  return counts.atomic_refused + counts.kernel_refused;
}

/// Injects faults for its lifetime.
class WithFaults {
 public:
  explicit WithFaults(const Faults& faults) { gfp_accounting()->set_faults(faults); }
  ~WithFaults() { gfp_accounting()->clear_faults(); }
  WithFaults(const WithFaults&) = delete;
  WithFaults& operator=(const WithFaults&) = delete;
};

/// The types of a TypeList, in gtest's form.
template <class... Lists>
struct GtestTypes;
template <class... A, class... B>
struct GtestTypes<TypeList<A...>, TypeList<B...>> {
  using type = ::testing::Types<A..., B...>;
};
/// Every strategy there is.
using AllStrategies = GtestTypes<StrategyList, TypeList<PerRequestKey<KeyForm::prepared>>>::type;

/// Names a typed test by its strategy. The two forms of one strategy differ in the number.
struct StrategyName {
  template <class S>
  static std::string GetName(int index) {
    return std::string(S::name) + "_" + std::to_string(index);
  }
};

/// A trace line: "hmac(sha1) of nettle, flat".
inline std::string label(const Algorithm& a) {
  return std::string(a.name) + " of " + std::string(a.provider) + ", " +
         std::string(api_names[static_cast<std::size_t>(a.api)]);
}

}  // namespace test
}  // namespace tfm
