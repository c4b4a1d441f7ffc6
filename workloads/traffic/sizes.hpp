// SPDX-License-Identifier: MIT
// How many bytes a packet carries: the size part of a workload's traffic name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "runtime/rng.hpp"

namespace tfm {

/// A distribution of packet sizes.
class Sizes {
 public:
  /// Payload bytes of one packet. `overhead_bytes` is packet_bytes(0): all that the protocol's
  /// longest packets have besides payload, with ICV or MIC, and in mac80211 with the 802.11 header.
  /// If the size is a packet's length, the packet has at most that length. It is shorter if its
  /// connection has fewer headers than others (seg6_hmac's segments) or less padding (esp). If the
  /// length is below the overhead, the packet has no payload and is longer.
  std::size_t payload(Rng& rng, std::size_t overhead_bytes) const noexcept {
    switch (kind_) {
      case Kind::payload:
        return bytes_;
      case Kind::length:
        return beyond(bytes_, overhead_bytes);
      case Kind::imix:
        return beyond(imix(rng.below(12)), overhead_bytes);
    }
    return 0;
  }

 private:
  enum class Kind : std::uint8_t { payload, length, imix };
  friend std::optional<Sizes> sizes_named(std::string_view name);

  constexpr Sizes(Kind kind, std::size_t bytes) noexcept : kind_(kind), bytes_(bytes) {}

  static constexpr std::size_t beyond(std::size_t length, std::size_t overhead_bytes) noexcept {
    return length > overhead_bytes ? length - overhead_bytes : 0;
  }
  /// The simple IMIX: lengths of 40, 576 and 1500 in the ratio 7:4:1.
  static constexpr std::size_t imix(std::uint32_t of_twelve) noexcept {
    return of_twelve < 7 ? 40 : of_twelve < 11 ? 576 : 1500;
  }

  Kind kind_;
  std::size_t bytes_;  ///< of payload or of the packet; not used by imix
};

/// `keepalive`, `bgp_update`, `imix`, `mtu`, or `fixed_N` with N from 0 to 1440; nothing for any
/// other name.
std::optional<Sizes> sizes_named(std::string_view name);

/// For `list` and for messages: every name with its line of help.
struct SizesSummary {
  std::string_view name, summary;
};
std::span<const SizesSummary> sizes_summaries() noexcept;

}  // namespace tfm
