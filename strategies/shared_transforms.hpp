// SPDX-License-Identifier: MIT
// One transform per algorithm, shared by all sockets and counted by reference, for the strategies
// that key the request (or nothing) and not the transform.
#pragma once

#include <atomic>
#include <mutex>

#include "strategies/strategy.hpp"

namespace tfm {

class SharedTransforms {
 public:
  SharedTransforms() = default;
  SharedTransforms(const SharedTransforms&) = delete;
  SharedTransforms& operator=(const SharedTransforms&) = delete;
  ~SharedTransforms() {
    while (first_ != nullptr) remove(&first_);
  }

  /// The algorithm's transform, with one more user. May sleep. Errors: enomem, the provider's.
  Result<Transform*> get(const Algorithm& algorithm) noexcept {
    const std::lock_guard lock(mutex_);
    for (Entry* e = first_; e != nullptr; e = e->next) {
      if (e->transform()->algorithm == &algorithm) return share(e->transform());
    }
    void* memory =
        gfp_alloc(sizeof(Entry) + Transform::bytes(algorithm), Gfp::kernel, Owner::shared);
    if (memory == nullptr) return error(Errno::enomem);
    auto* entry = ::new (memory) Entry{first_, 1};
    if (const Errno e = transform_attach(entry + 1, algorithm, Gfp::kernel, Owner::shared);
        failed(e)) {
      gfp_free(memory);
      return error(e);
    }
    first_ = entry;
    return entry->transform();
  }

  /// One more user of a transform that the caller knows to have one. Softirq-safe.
  static Transform* share(Transform* transform) noexcept {
    Entry::of(transform)->users.fetch_add(1, std::memory_order_relaxed);
    return transform;
  }

  /// One user less. Only the last takes the lock, and frees: that may sleep.
  void put(Transform* transform) noexcept {
    Entry* entry = Entry::of(transform);
    std::uint64_t users = entry->users.load(std::memory_order_relaxed);
    while (users > 1) {
      if (entry->users.compare_exchange_weak(users, users - 1, std::memory_order_acq_rel)) return;
    }
    const std::lock_guard lock(mutex_);
    if (entry->users.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    Entry** link = &first_;
    while (*link != entry) link = &(*link)->next;
    remove(link);
  }

 private:
  /// Stands in front of its transform, in one block.
  struct Entry {
    Entry* next;
    std::atomic<std::uint64_t> users;

    Transform* transform() noexcept { return reinterpret_cast<Transform*>(this + 1); }
    static Entry* of(Transform* transform) noexcept {
      return reinterpret_cast<Entry*>(transform) - 1;
    }
  };

  static void remove(Entry** link) noexcept {
    Entry* entry = *link;
    *link = entry->next;
    transform_detach(*entry->transform());
    entry->~Entry();
    gfp_free(entry);
  }

  std::mutex mutex_;
  Entry* first_ = nullptr;
};

}  // namespace tfm
