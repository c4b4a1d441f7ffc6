// SPDX-License-Identifier: MIT
// The names of sizes.
#include "workloads/traffic/sizes.hpp"

#include <charconv>

namespace tfm {
namespace {

constexpr std::size_t keepalive_bytes = 19;    // RFC 4271 §4.4: a KEEPALIVE is the header alone
constexpr std::size_t bgp_update_bytes = 94;   // an UPDATE with a few attributes and prefixes
constexpr std::size_t mtu_bytes = 1500;        // a packet in an Ethernet frame
constexpr std::size_t max_fixed_bytes = 1440;  // with IPv4 and TCP-MD5's header: 1500

constexpr std::string_view fixed = "fixed_";

constexpr SizesSummary summaries[] = {
    {"keepalive", "19 bytes of payload: a BGP KEEPALIVE"},
    {"bgp_update", "94 bytes of payload: a small BGP UPDATE"},
    {"imix",
     "up to 40, 576 and 1500 bytes as 7:4:1, headers included; no payload if headers need more"},
    {"mtu", "up to 1500 bytes, headers included"},
    {"fixed_N", "N bytes of payload, 0 to 1440"},
};

}  // namespace

std::optional<Sizes> sizes_named(std::string_view name) {
  using Kind = Sizes::Kind;
  if (name == "keepalive") return Sizes(Kind::payload, keepalive_bytes);
  if (name == "bgp_update") return Sizes(Kind::payload, bgp_update_bytes);
  if (name == "imix") return Sizes(Kind::imix, 0);
  if (name == "mtu") return Sizes(Kind::length, mtu_bytes);
  if (!name.starts_with(fixed)) return std::nullopt;
  const std::string_view digits = name.substr(fixed.size());
  std::size_t bytes = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), bytes);
  const bool canonical = digits.size() == 1 || !digits.starts_with('0');
  if (error != std::errc{} || end != digits.end() || !canonical || bytes > max_fixed_bytes)
    return std::nullopt;
  return Sizes(Kind::payload, bytes);
}

std::span<const SizesSummary> sizes_summaries() noexcept { return summaries; }

}  // namespace tfm
