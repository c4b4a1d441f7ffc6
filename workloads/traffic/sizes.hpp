// SPDX-License-Identifier: MIT
// How many bytes a segment carries: the size part of a workload's traffic name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "runtime/rng.hpp"

namespace tfm {

/// A distribution of segment sizes.
class Sizes {
 public:
  /// Payload bytes of one segment whose headers (IP header to the last TCP option) take
  /// `header_bytes`. An IP length below the headers' own is raised to it: no payload.
  std::size_t payload(Rng& rng, std::size_t header_bytes) const noexcept {
    switch (kind_) {
      case Kind::payload:
        return bytes_;
      case Kind::ip_length:
        return beyond(bytes_, header_bytes);
      case Kind::imix:
        return beyond(imix(rng.below(12)), header_bytes);
    }
    return 0;
  }

 private:
  enum class Kind : std::uint8_t { payload, ip_length, imix };
  friend std::optional<Sizes> sizes_named(std::string_view name);

  constexpr Sizes(Kind kind, std::size_t bytes) noexcept : kind_(kind), bytes_(bytes) {}

  static constexpr std::size_t beyond(std::size_t ip_length, std::size_t header_bytes) noexcept {
    return ip_length > header_bytes ? ip_length - header_bytes : 0;
  }
  /// The simple IMIX: IP lengths 40, 576 and 1500 as 7:4:1.
  static constexpr std::size_t imix(std::uint32_t of_twelve) noexcept {
    return of_twelve < 7 ? 40 : of_twelve < 11 ? 576 : 1500;
  }

  Kind kind_;
  std::size_t bytes_;  ///< of payload or of the IP packet; imix has its own
};

/// `keepalive`, `bgp_update`, `imix`, `mtu`, or `fixed_N` with N from 0 to 1400; nothing for any
/// other name.
std::optional<Sizes> sizes_named(std::string_view name);

/// For `list` and for messages: every name with one line about it.
struct SizesSummary {
  std::string_view name, summary;
};
std::span<const SizesSummary> sizes_summaries() noexcept;

}  // namespace tfm
