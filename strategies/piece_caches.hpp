// SPDX-License-Identifier: MIT
// Pieces of memory, each for a request and its scratch, that are kept between packets. There is a
// cache for each size of piece, with a part per CPU. All sockets that need that size share the
// cache.
#pragma once

#include <utility>

#include "runtime/percpu.hpp"
#include "runtime/softirq.hpp"
#include "strategies/counted_list.hpp"
#include "strategies/strategy.hpp"

namespace tfm {

/// A piece that is not in use. Its first word belongs to the list.
struct FreePiece {
  FreePiece* next;
};

/// Last in, first out. Callers serialise.
class PieceStack {
 public:
  PieceStack() = default;
  PieceStack(const PieceStack&) = delete;
  PieceStack& operator=(const PieceStack&) = delete;
  ~PieceStack() {
    while (void* piece = pop()) gfp_free(piece);
  }

  unsigned count() const noexcept { return count_; }
  void push(void* piece) noexcept {
    first_ = ::new (piece) FreePiece{first_};
    ++count_;
  }
  /// nullptr if empty.
  void* pop() noexcept {
    FreePiece* piece = first_;
    if (piece == nullptr) return nullptr;
    first_ = piece->next;
    --count_;
    return piece;
  }

 private:
  FreePiece* first_ = nullptr;
  unsigned count_ = 0;
};

/// The pieces of one CPU that other CPUs gave back. They stay here until their CPU takes them over.
/// The list has a cache line of its own: other CPUs write it, the CPU's own packets do not.
class alignas(cache_line_bytes) ReturnedPieces {
 public:
  ReturnedPieces() = default;
  ReturnedPieces(const ReturnedPieces&) = delete;
  ReturnedPieces& operator=(const ReturnedPieces&) = delete;
  ~ReturnedPieces() {
    PieceStack nowhere;
    take_over(nowhere, 0);
  }

  /// May be called on any CPU.
  void give_back(void* piece) noexcept {
    auto* free = ::new (piece) FreePiece{first_.load(std::memory_order_relaxed)};
    while (!first_.compare_exchange_weak(free->next, free, std::memory_order_release,
                                         std::memory_order_relaxed)) {
    }
  }
  /// Moves pieces to the CPU's stack until it holds `most`, and frees the rest. Call it only on
  /// that CPU.
  void take_over(PieceStack& stack, unsigned most) noexcept {
    FreePiece* piece = first_.exchange(nullptr, std::memory_order_acquire);
    while (piece != nullptr) {
      void* taken = std::exchange(piece, piece->next);
      if (stack.count() < most) {
        stack.push(taken);
      } else {
        gfp_free(taken);
      }
    }
  }

 private:
  std::atomic<FreePiece*> first_{nullptr};
};

/// `Part` is what a CPU keeps of a cache. Its destructor frees what it still holds.
template <class Part>
class PieceCaches {
 public:
  struct Cache : Counted<Cache> {
    std::size_t piece_bytes = 0;
    Percpu<Part> parts;
  };

  explicit PieceCaches(unsigned possible_cpus) noexcept : possible_cpus_(possible_cpus) {}
  ~PieceCaches() { caches_.clear(destroy); }

  static std::size_t piece_bytes(const Algorithm& algorithm, std::size_t scratch_bytes) noexcept {
    return Request::bytes(algorithm) + scratch_bytes;
  }

  /// The cache of that size, with one more user. In a new cache, fill(part, piece_bytes) fills each
  /// CPU's part. May sleep. Errors: enomem; fill()'s.
  template <class Fill>
  Result<Cache*> get(std::size_t piece_bytes, Fill fill) noexcept {
    return caches_.get([&](const Cache& c) { return c.piece_bytes == piece_bytes; },
                       [&] { return make(piece_bytes, fill); });
  }
  static Cache* share(Cache* cache) noexcept { return CountedList<Cache>::share(cache); }
  void put(Cache* cache) noexcept { caches_.put(cache, destroy); }

 private:
  template <class Fill>
  Result<Cache*> make(std::size_t piece_bytes, Fill fill) noexcept {
    auto parts = Percpu<Part>::alloc(possible_cpus_);
    if (!parts) return error(parts.error());
    for (unsigned cpu = 0; cpu < possible_cpus_; ++cpu) {
      if (const Errno e = fill((*parts)[cpu], piece_bytes); failed(e)) return error(e);
    }
    void* memory = gfp_alloc(sizeof(Cache), Gfp::kernel, Owner::shared);
    if (memory == nullptr) return error(Errno::enomem);
    auto* cache = ::new (memory) Cache;
    cache->piece_bytes = piece_bytes;
    cache->parts = std::move(*parts);
    return cache;
  }

  static void destroy(Cache* cache) noexcept {
    cache->~Cache();
    gfp_free(cache);
  }

  const unsigned possible_cpus_;
  CountedList<Cache> caches_;
};

/// Disables bottom halves for its lifetime, so that nothing else runs on this CPU's part.
class WithBhDisabled {
 public:
  WithBhDisabled() noexcept { local_bh_disable(); }
  ~WithBhDisabled() { local_bh_enable(); }
  WithBhDisabled(const WithBhDisabled&) = delete;
  WithBhDisabled& operator=(const WithBhDisabled&) = delete;
};

}  // namespace tfm
