// SPDX-License-Identifier: MIT
// Shared by the protocols that add a MAC to a packet and change nothing else. TX and RX compute the
// same digest. TX stores it in the packet; RX compares it with the MAC in the packet.
#pragma once

#include <cstring>

#include "runtime/bytes.hpp"
#include "workloads/protocol.hpp"

namespace tfm {

/// `P` derives from this class. Its digest(request, scratch, connection, skb, found, mac) writes
/// mac.size() bytes. found.mac() is the MAC in the packet, or empty if the packet is refused.
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
  /// Compares in constant time.
  bool input_done(const auto&, const Skb&, auto found, const Computed& computed) const noexcept {
    return equal_constant_time({computed.mac, found.mac().size()}, found.mac());
  }

 private:
  const P& self() const noexcept { return static_cast<const P&>(*this); }
};

}  // namespace tfm
