// SPDX-License-Identifier: MIT
// A zone whose creation must succeed, and a seeded churn of blocks in it that checks their bytes.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "runtime/rng.hpp"
#include "runtime/zone/zone.hpp"

namespace tfm {

inline std::unique_ptr<Zone> make_zone(const ZoneOptions& options) {
  auto zone = Zone::create(options);
  if (!zone) throw std::runtime_error("no zone: " + std::string(name(zone.error())));
  return std::move(*zone);
}

/// Allocates and frees blocks of 1 byte to 64 KiB. Each block is filled with its own byte and
/// checked when it is freed. So memory that was given out twice is found.
class Churn {
 public:
  struct Ask {
    std::size_t bytes;
    Gfp gfp;
    bool granted;
    bool operator==(const Ask&) const = default;
  };

  Churn(Zone& zone, std::uint64_t seed) : zone_(zone), rng_(seed) {}

  /// One allocation or one free.
  void step() {
    if (rng_.below(100) < 45 && !blocks_.empty()) {
      std::swap(blocks_[rng_.below(static_cast<std::uint32_t>(blocks_.size()))], blocks_.back());
      free_last();
      return;
    }
    // Mostly objects, evenly from all classes; sometimes a block of pages.
    const unsigned bits = rng_.below(100) < 95 ? rng_.below(14) : 13 + rng_.below(4);
    const std::size_t bytes = (std::size_t{1} << bits) - rng_.below(1u << bits >> 1);
    const Gfp gfp = rng_.below(4) == 0 ? Gfp::kernel : Gfp::atomic;
    auto* memory = static_cast<std::uint8_t*>(zone_.alloc(bytes, gfp));
    last = {bytes, gfp, memory != nullptr};
    ++(memory != nullptr ? granted_ : refused_);
    if (memory == nullptr) return;
    const auto fill = static_cast<std::uint8_t>(rng_.next());
    std::memset(memory, fill, zone_.footprint(memory));
    blocks_.push_back({memory, fill});
  }

  void free_all() {
    while (!blocks_.empty()) free_last();
  }

  /// The pages in which live blocks lie, counted by their addresses.
  std::set<std::uintptr_t> pages() const {
    std::set<std::uintptr_t> pages;
    for (const Block& block : blocks_) {
      const auto first = reinterpret_cast<std::uintptr_t>(block.memory);
      const std::uintptr_t last_byte = first + zone_.footprint(block.memory) - 1;
      for (auto page = first / page_bytes; page <= last_byte / page_bytes; ++page) {
        pages.insert(page);
      }
    }
    return pages;
  }
  std::size_t blocks() const { return blocks_.size(); }
  std::size_t bytes() const {
    std::size_t bytes = 0;
    for (const Block& block : blocks_) bytes += zone_.footprint(block.memory);
    return bytes;
  }
  std::uint64_t granted() const { return granted_; }
  std::uint64_t refused() const { return refused_; }

  Ask last{};  ///< the last allocation of step()

 private:
  struct Block {
    std::uint8_t* memory;
    std::uint8_t fill;
  };

  void free_last() {
    const Block block = blocks_.back();
    blocks_.pop_back();
    const std::size_t bytes = zone_.footprint(block.memory);
    // All bytes are the first one.
    ASSERT_EQ(block.memory[0], block.fill);
    ASSERT_EQ(std::memcmp(block.memory, block.memory + 1, bytes - 1), 0);
    zone_.free(block.memory);
  }

  Zone& zone_;
  Rng rng_;
  std::vector<Block> blocks_;
  std::uint64_t granted_ = 0, refused_ = 0;
};

}  // namespace tfm
