// SPDX-License-Identifier: MIT
// The memory of a received packet in the zone. A driver allocates it when it refills its ring, as
// two atomic blocks: struct sk_buff, and the data followed by skb_shared_info.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/zone/zone.hpp"

namespace tfm::bench {

/// sizeof(struct sk_buff) is 232 on x86-64; its cache aligns it to cache lines.
inline constexpr std::size_t sk_buff_bytes = 256;
/// NET_SKB_PAD of headroom, and SKB_DATA_ALIGN(sizeof(struct skb_shared_info)) (skbuff.h).
inline constexpr std::size_t net_skb_pad_bytes = 64;
inline constexpr std::size_t skb_shared_info_bytes = 320;

/// A handle for two blocks of a zone. free() releases them.
struct RxSkb {
  void* head;
  void* data;

  /// `headroom_bytes` is for the strategy, in addition to the pad. Returns nothing, and holds no
  /// memory, if one of the blocks is refused.
  static std::optional<RxSkb> alloc(Zone& zone, std::size_t length,
                                    std::size_t headroom_bytes) noexcept {
    void* head = zone.alloc(sk_buff_bytes, Gfp::atomic);
    if (head == nullptr) return std::nullopt;
    void* data = zone.alloc(net_skb_pad_bytes + headroom_bytes + length + skb_shared_info_bytes,
                            Gfp::atomic);
    if (data == nullptr) {
      zone.free(head);
      return std::nullopt;
    }
    return RxSkb{head, data};
  }
  void free(Zone& zone) const noexcept {
    zone.free(data);
    zone.free(head);
  }
};

/// The skbs of one poll. The stack holds them until its end.
class HeldSkbs {
 public:
  explicit HeldSkbs(Zone& zone) noexcept : zone_(zone) {}
  HeldSkbs(const HeldSkbs&) = delete;
  HeldSkbs& operator=(const HeldSkbs&) = delete;
  ~HeldSkbs() { free_all(); }

  void hold(RxSkb skb) { skbs_.push_back(skb); }
  void free_all() noexcept {
    for (const RxSkb& skb : skbs_) skb.free(zone_);
    skbs_.clear();
  }

 private:
  Zone& zone_;
  std::vector<RxSkb> skbs_;
};

}  // namespace tfm::bench
