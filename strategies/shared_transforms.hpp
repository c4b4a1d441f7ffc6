// SPDX-License-Identifier: MIT
// One transform per algorithm, shared by all sockets and counted by reference. For keyless
// algorithms, and for strategies that set the key in the request and not in the transform.
#pragma once

#include "strategies/counted_list.hpp"
#include "strategies/strategy.hpp"

namespace tfm {

class SharedTransforms {
 public:
  SharedTransforms() = default;
  ~SharedTransforms() { entries_.clear(destroy); }

  /// The algorithm's transform, with one more user. May sleep. Errors: enomem, the provider's.
  Result<Transform*> get(const Algorithm& algorithm) noexcept {
    const auto entry =
        entries_.get([&](Entry& e) { return e.transform()->algorithm == &algorithm; },
                     [&] { return make(algorithm); });
    if (!entry) return error(entry.error());
    return (*entry)->transform();
  }

  /// Adds a user. The caller knows that the transform has one already. Softirq-safe.
  static Transform* share(Transform* transform) noexcept {
    return CountedList<Entry>::share(Entry::of(transform))->transform();
  }

  /// Removes a user. The last one frees the transform, which may sleep.
  void put(Transform* transform) noexcept { entries_.put(Entry::of(transform), destroy); }

 private:
  /// Lies before its transform, in one block.
  struct Entry : Counted<Entry> {
    Transform* transform() noexcept { return reinterpret_cast<Transform*>(this + 1); }
    static Entry* of(Transform* transform) noexcept {
      return reinterpret_cast<Entry*>(transform) - 1;
    }
  };

  static Result<Entry*> make(const Algorithm& algorithm) noexcept {
    void* memory =
        gfp_alloc(sizeof(Entry) + Transform::bytes(algorithm), Gfp::kernel, Owner::shared);
    if (memory == nullptr) return error(Errno::enomem);
    auto* entry = ::new (memory) Entry;
    const Errno e = transform_attach(entry + 1, algorithm, Gfp::kernel, Owner::shared);
    if (failed(e)) {
      gfp_free(memory);
      return error(e);
    }
    return entry;
  }

  static void destroy(Entry* entry) noexcept {
    transform_detach(*entry->transform());
    entry->~Entry();
    gfp_free(entry);
  }

  CountedList<Entry> entries_;
};

}  // namespace tfm
