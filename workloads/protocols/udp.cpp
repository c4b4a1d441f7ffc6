// SPDX-License-Identifier: MIT
#include "workloads/protocols/udp.hpp"

#include "runtime/rng.hpp"

namespace tfm {

void write_udp(MutableBytes datagram, bool ipv6, const Ends& ends, std::uint64_t seed) noexcept {
  Rng rng(seed);
  for (std::uint8_t& byte : datagram.subspan(udp_header_bytes)) {
    byte = static_cast<std::uint8_t>(rng.next());
  }
  write_udp_header(datagram, ipv6, ends);
}

void write_udp_header(MutableBytes datagram, bool ipv6, const Ends& ends) noexcept {
  const auto bytes = static_cast<std::uint16_t>(datagram.size());
  store_be16(&datagram[0], ends.source.port);
  store_be16(&datagram[2], ends.destination.port);
  store_be16(&datagram[4], bytes);
  store_be16(&datagram[6], 0);
  // The pseudo-header: addresses, protocol, length.
  std::uint8_t tail[4] = {0, ip_protocol_udp};
  store_be16(tail + 2, bytes);
  std::uint16_t sum = checksum_add(0, tail);
  for (const Endpoint* end : {&ends.source, &ends.destination}) {
    sum = checksum_add(sum, {end->address.data(), address_bytes(ipv6)});
  }
  const auto checksum = static_cast<std::uint16_t>(~checksum_add(sum, datagram));
  store_be16(&datagram[6], checksum == 0 ? 0xffff : checksum);  // 0 says there is none
}

}  // namespace tfm
