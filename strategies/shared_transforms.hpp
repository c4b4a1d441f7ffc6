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
  struct Entry {
    Entry* next;
    std::atomic<std::uint64_t> users;
    Transform* transform;
  };

  SharedTransforms() = default;
  SharedTransforms(const SharedTransforms&) = delete;
  SharedTransforms& operator=(const SharedTransforms&) = delete;
  ~SharedTransforms() {
    while (first_ != nullptr) remove(&first_);
  }

  /// The algorithm's entry, with one more user. May sleep. Errors: enomem, the provider's.
  Result<Entry*> get(const Algorithm& algorithm) noexcept {
    const std::lock_guard lock(mutex_);
    for (Entry* e = first_; e != nullptr; e = e->next) {
      if (e->transform->algorithm == &algorithm) return share(e);
    }
    auto transform = transform_alloc(algorithm, Gfp::kernel, Owner::shared);
    if (!transform) return error(transform.error());
    void* memory = gfp_alloc(sizeof(Entry), Gfp::kernel, Owner::shared);
    if (memory == nullptr) {
      transform_free(*transform);
      return error(Errno::enomem);
    }
    return first_ = ::new (memory) Entry{first_, 1, *transform};
  }

  /// One more user of an entry that the caller knows to have one. Softirq-safe.
  static Entry* share(Entry* entry) noexcept {
    entry->users.fetch_add(1, std::memory_order_relaxed);
    return entry;
  }

  /// May sleep: the last user frees the transform.
  void put(Entry* entry) noexcept {
    const std::lock_guard lock(mutex_);
    if (entry->users.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    Entry** link = &first_;
    while (*link != entry) link = &(*link)->next;
    remove(link);
  }

 private:
  static void remove(Entry** link) noexcept {
    Entry* entry = *link;
    *link = entry->next;
    transform_free(entry->transform);
    entry->~Entry();
    gfp_free(entry);
  }

  std::mutex mutex_;
  Entry* first_ = nullptr;
};

}  // namespace tfm
