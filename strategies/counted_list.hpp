// SPDX-License-Identifier: MIT
// Entries that sockets share, counted by reference. An entry is made for its first user and freed
// with its last.
#pragma once

#include <atomic>
#include <cstdint>

#include "runtime/error.hpp"
#include "runtime/mutex.hpp"

namespace tfm {

/// The base of a CountedList's entries.
template <class Entry>
struct Counted {
  Entry* next = nullptr;
  std::atomic<std::uint64_t> users{1};
};

/// `Entry` derives from Counted<Entry>.
template <class Entry>
class CountedList {
 public:
  CountedList() = default;
  CountedList(const CountedList&) = delete;
  CountedList& operator=(const CountedList&) = delete;

  /// The entry for which `is(entry)` is true, with one more user. If there is none, calls make(),
  /// which returns a Result<Entry*> with its first user. May sleep. Errors: make()'s.
  template <class Is, class Make>
  Result<Entry*> get(Is is, Make make) noexcept {
    const std::lock_guard lock(mutex_);
    for (Entry* e = first_; e != nullptr; e = e->next) {
      if (is(*e)) return share(e);
    }
    Result<Entry*> made = make();
    if (made) {
      (*made)->next = first_;
      first_ = *made;
    }
    return made;
  }

  /// Adds a user. The caller knows that the entry has one already. Softirq-safe.
  static Entry* share(Entry* entry) noexcept {
    entry->users.fetch_add(1, std::memory_order_relaxed);
    return entry;
  }

  /// Removes a user. The last one takes the lock and calls destroy(entry), which may sleep.
  template <class Destroy>
  void put(Entry* entry, Destroy destroy) noexcept {
    std::uint64_t users = entry->users.load(std::memory_order_relaxed);
    while (users > 1) {
      if (entry->users.compare_exchange_weak(users, users - 1, std::memory_order_acq_rel)) return;
    }
    const std::lock_guard lock(mutex_);
    if (entry->users.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    Entry** link = &first_;
    while (*link != entry) link = &(*link)->next;
    *link = entry->next;
    destroy(entry);
  }

  /// Calls destroy(entry) for each entry that is left.
  template <class Destroy>
  void clear(Destroy destroy) noexcept {
    while (first_ != nullptr) {
      Entry* entry = first_;
      first_ = entry->next;
      destroy(entry);
    }
  }

 private:
  Mutex mutex_;
  Entry* first_ = nullptr;
};

}  // namespace tfm
