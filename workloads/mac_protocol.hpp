// SPDX-License-Identifier: MIT
// What protocols share that add a MAC to a packet and change nothing else of it: both ways compute
// the same digest; it is stored in the packet, or compared with what the packet carries.
#pragma once

#include <cstring>

#include "runtime/bytes.hpp"
#include "workloads/protocol.hpp"

namespace tfm {

/// P derives from this and has digest(request, scratch, connection, skb, found, mac), which writes
/// mac.size() bytes; found.mac() is where the MAC stands in the packet, empty where the packet is
/// refused.
template <class P>
class MacProtocol {
 public:
  static constexpr Family family = Family::hash;

  std::size_t packet_bytes(std::size_t payload) const noexcept {
    return self().header_bytes() + payload;
  }

  Errno output(Request& request, std::uint8_t* scratch, const auto& connection, const Skb& skb,
               auto found, Computed& computed) const noexcept {
    return self().digest(request, scratch, connection, skb, found,
                         {computed.mac, found.mac().size()});
  }
  MutableBytes output_done(const auto&, const Skb& skb, auto found,
                           const Computed& computed) const noexcept {
    std::memcpy(found.mac().data(), computed.mac, found.mac().size());
    return skb.bytes();
  }
  Errno input(Request& request, std::uint8_t* scratch, const auto& connection, const Skb& skb,
              auto found, Computed& computed) const noexcept {
    return output(request, scratch, connection, skb, found, computed);
  }
  /// In constant time.
  bool input_done(const auto&, const Skb&, auto found, const Computed& computed) const noexcept {
    return equal_constant_time({computed.mac, found.mac().size()}, found.mac());
  }

 private:
  const P& self() const noexcept { return static_cast<const P&>(*this); }
};

}  // namespace tfm
