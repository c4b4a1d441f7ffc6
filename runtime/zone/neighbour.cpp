// SPDX-License-Identifier: MIT
#include "runtime/zone/neighbour.hpp"

#include <new>

namespace tfm {
namespace {

constexpr unsigned first_class = kmalloc_class(16);
constexpr unsigned last_class = kmalloc_class(2048);

/// A geometric number with this mean. Uses only integers, so it is the same on every machine.
std::uint32_t geometric(Rng& rng, std::uint32_t mean) noexcept {
  std::uint32_t n = 0;
  while (rng.below(mean + 1) != 0) ++n;
  return n;
}

}  // namespace

void NeighbourTraffic::tick() noexcept {
  ++now_;
  while (oldest_ != nullptr && oldest_->until <= now_) {
    Held* object = oldest_;
    oldest_ = object->next;
    const auto page = static_cast<std::size_t>(reinterpret_cast<std::byte*>(object) - memory_);
    slabs_.free(frames_[page / page_bytes].head, object);
    --objects_;
  }
  if (options_.gap_packets != 0 && arrivals_.below(options_.gap_packets) == 0) burst();
}

void NeighbourTraffic::burst() noexcept {
  // Each burst has its own random numbers, so a refusal in one burst does not change the next.
  Rng rng(mix_seed(seed_, ++bursts_));
  std::uint32_t pages = geometric(rng, options_.burst_pages);
  std::uint32_t objects = geometric(rng, options_.burst_objects);
  const unsigned cpu = rng.below(cpus_);
  while (pages + objects != 0) {
    bool granted;
    if (rng.below(pages + objects) < pages) {
      --pages;
      granted = pages_.lend(Gfp::atomic);
    } else {
      --objects;
      granted = take_object(first_class + rng.below(last_class - first_class + 1), cpu);
    }
    if (!granted) ++refused_;
  }
}

bool NeighbourTraffic::take_object(unsigned size_class, unsigned cpu) noexcept {
  void* memory = slabs_.alloc(size_class, cpu, Gfp::atomic);
  if (memory == nullptr) return false;
  auto* object = ::new (memory) Held{nullptr, now_ + options_.hold_packets};
  (oldest_ == nullptr ? oldest_ : newest_->next) = object;
  newest_ = object;
  ++objects_;
  return true;
}

}  // namespace tfm
