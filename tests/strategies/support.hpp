// SPDX-License-Identifier: MIT
// What the strategies' tests share: keys, the MAC by a plain transform, the MAC by a strategy, and
// the ledger in a form that can be compared and printed.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <numeric>
#include <ostream>
#include <string>
#include <vector>

#include "runtime/accounting.hpp"
#include "runtime/rcu.hpp"
#include "strategies/registry.hpp"

namespace tfm {

inline void PrintTo(Errno e, std::ostream* out) { *out << name(e); }

namespace test {

using Digest = std::vector<std::uint8_t>;

/// `bytes` that differ for each seed.
inline std::vector<std::uint8_t> pattern(std::size_t bytes, unsigned seed) {
  std::vector<std::uint8_t> all(bytes);
  std::iota(all.begin(), all.end(), static_cast<std::uint8_t>(seed * 37 + 1));
  return all;
}

/// The hashes that a strategy takes.
template <Strategy S>
std::vector<const Algorithm*> hashes_of(std::size_t scratch_bytes) {
  std::vector<const Algorithm*> taken;
  for (const Algorithm* a : algorithms()) {
    if (a->family == Family::hash && S::refuses(*a, scratch_bytes).empty()) taken.push_back(a);
  }
  EXPECT_FALSE(taken.empty());
  return taken;
}

/// A pair of keys for one socket; both empty where the algorithm is keyless.
class KeyPair {
 public:
  KeyPair(const Algorithm& algorithm, unsigned seed)
      : tx_(pattern(algorithm.key_bytes, 2 * seed)),
        rx_(pattern(algorithm.key_bytes, 2 * seed + 1)) {}
  Keys keys() const { return {tx_, rx_}; }
  Bytes of(Direction d) const { return keys().of(d); }

 private:
  std::vector<std::uint8_t> tx_, rx_;
};

/// Hashes in pieces, as protocols do, over the whole of `scratch`, which is nobody else's.
/// `finish(Errno)` makes of final()'s word how the operation ended.
template <class Finish = std::identity>
Result<Digest> hash(Request& request, Bytes text, MutableBytes scratch = {}, Finish finish = {}) {
  const auto dirty = [&](std::uint8_t with) { std::fill(scratch.begin(), scratch.end(), with); };
  Digest digest(request.algorithm->digest_bytes);
  dirty(0xa5);
  if (const Errno e = hash_init(request); failed(e)) return error(e);
  const std::size_t cuts[] = {0, text.size() / 3, text.size() / 2, text.size()};
  for (int i = 0; i < 3; ++i) {
    dirty(static_cast<std::uint8_t>(i));
    const Bytes piece = text.subspan(cuts[i], cuts[i + 1] - cuts[i]);
    if (const Errno e = hash_update(request, piece); failed(e)) return error(e);
  }
  dirty(0x5a);
  if (const Errno e = finish(hash_final(request, digest)); failed(e)) return error(e);
  return digest;
}

/// The MAC by a transform and a request of one's own.
inline Digest reference_mac(const Algorithm& algorithm, Bytes key, Bytes text) {
  Transform* transform = transform_alloc_keyed(algorithm, key, Gfp::kernel, Owner::shared).value();
  alignas(16) std::array<std::uint8_t, sizeof(Request) + max_stack_context_bytes> memory;
  EXPECT_EQ(
      request_attach(memory.data(), algorithm, transform->context(), Gfp::kernel, Owner::shared),
      Errno::ok);
  auto& request = *reinterpret_cast<Request*>(memory.data());
  Digest digest = hash(request, text).value();
  request_detach(request);
  transform_free(transform);
  return digest;
}

/// One operation of a strategy. The section is closed again whatever happens.
template <Strategy S>
Result<Digest> mac(S& strategy, typename S::Socket& socket, Direction direction, Bytes text,
                   unsigned cpu = 0, std::size_t scratch_bytes = 0) {
  const Skb skb{nullptr, 0, 0, direction, false};
  typename S::Operation op;
  const unsigned depth = softirq_depth;
  if (const Errno e = strategy.start(cpu, socket, skb, op); failed(e)) {
    EXPECT_EQ(softirq_depth, depth) << "a failed start() left its section open";
    return error(e);
  }
  Result<Digest> digest = error(Errno::ok);
  if (const Errno e = strategy.key(op); failed(e)) {
    digest = error(e);
  } else {
    digest = hash(op.request(), text, {op.scratch(), scratch_bytes},
                  [&](Errno e) { return finished(strategy, cpu, op, e); });
  }
  strategy.end(cpu, op);
  EXPECT_EQ(softirq_depth, depth);
  return digest;
}

/// What that operation must give: `null` runs an algorithm of zeros.
template <Strategy S>
Digest expected_mac(const Algorithm& algorithm, Bytes key, Bytes text) {
  if constexpr (std::is_same_v<S, Null>) return Digest(zero_algorithm().digest_bytes);
  return reference_mac(algorithm, key, text);
}

/// Live bytes and blocks by owner.
struct Live {
  std::array<std::array<std::uint64_t, 2>, owner_count> owners;

  /// Brings the providers up first: what they keep for good is in every reading.
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

  /// As it stands in the ledger's sum. OpenSSL renews entries of its method cache when a fetch was
  /// refused memory half-way; the entry then stands on another owner's account.
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

/// Faults for a lifetime.
class WithFaults {
 public:
  explicit WithFaults(const Faults& faults) { gfp_accounting()->set_faults(faults); }
  ~WithFaults() { gfp_accounting()->clear_faults(); }
  WithFaults(const WithFaults&) = delete;
  WithFaults& operator=(const WithFaults&) = delete;
};

/// The types of a TypeList, as gtest wants them.
template <class... Lists>
struct GtestTypes;
template <class... A, class... B>
struct GtestTypes<TypeList<A...>, TypeList<B...>> {
  using type = ::testing::Types<A..., B...>;
};
/// Every strategy there is.
using AllStrategies = GtestTypes<StrategyList, PreparedKeyStrategyList>::type;

/// Names a typed test by its strategy; the forms of one strategy differ in the number.
struct StrategyName {
  template <class S>
  static std::string GetName(int index) {
    return std::string(S::name) + "_" + std::to_string(index);
  }
};

/// A trace line: "hmac(sha1) of nettle".
inline std::string label(const Algorithm& a) {
  return std::string(a.name) + " of " + std::string(a.provider);
}

}  // namespace test
}  // namespace tfm
