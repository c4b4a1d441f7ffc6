// SPDX-License-Identifier: MIT
// The MACs a second time, written only from the RFCs. The whole message is in one piece and is
// hashed in one call of a library. This shares no code with the protocols.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace tfm::test::independent {

using Octets = std::vector<std::uint8_t>;

inline void append(Octets& to, const Octets& more) {
  to.insert(to.end(), more.begin(), more.end());
}
inline void append_number(Octets& to, std::uint64_t v, int octets) {
  for (int i = octets - 1; i >= 0; --i) to.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
}
inline Octets slice(const Octets& all, std::size_t at, std::size_t count) {
  if (at + count > all.size()) throw std::out_of_range("slice");
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

/// `name` as OpenSSL spells it: "HMAC" with "SHA1", "CMAC" with "AES-128-CBC".
inline Octets mac(const char* name, const char* sub, const Octets& key, const Octets& message) {
  std::size_t length = 0;
  Octets out(EVP_MAX_MD_SIZE);
  if (EVP_Q_mac(nullptr, name, nullptr, sub, nullptr, key.data(), key.size(), message.data(),
                message.size(), out.data(), out.size(), &length) == nullptr)
    throw std::runtime_error("EVP_Q_mac");
  out.resize(length);
  return out;
}

inline Octets md5(const Octets& message) {
  std::size_t length = 0;
  Octets out(EVP_MAX_MD_SIZE);
  if (EVP_Q_digest(nullptr, "MD5", nullptr, message.data(), message.size(), out.data(), &length) !=
      1)
    throw std::runtime_error("EVP_Q_digest");
  out.resize(length);
  return out;
}

/// The parts of a packet. Its IP header has no options or extensions.
struct Parts {
  bool ipv6;
  Octets source, destination, tcp_header, data;

  explicit Parts(const Octets& packet) : ipv6(packet.at(0) >> 4 == 6) {
    const std::size_t ip = ipv6 ? 40 : 20, address = ipv6 ? 16 : 4, at = ipv6 ? 8 : 12;
    source = slice(packet, at, address);
    destination = slice(packet, at + address, address);
    const std::size_t header = packet.at(ip + 12) / 16 * std::size_t{4};
    tcp_header = slice(packet, ip, header);
    data = slice(packet, ip + header, packet.size() - ip - header);
  }

  Octets pseudo_header() const {
    Octets p = source;
    append(p, destination);
    const std::size_t length = tcp_header.size() + data.size();
    if (ipv6) {
      append_number(p, length, 4);
      append_number(p, 6, 4);
    } else {
      append_number(p, 6, 2);
      append_number(p, length, 2);
    }
    return p;
  }
};

/// RFC 5926 §3.1.1.1, for a master key that need not be condensed.
inline Octets traffic_key(const char* name, const char* sub, const Octets& master_key,
                          const Parts& parts, std::uint32_t source_isn,
                          std::uint32_t destination_isn, int bits) {
  Octets m = {1, 'T', 'C', 'P', '-', 'A', 'O'};
  append(m, parts.source);
  append(m, parts.destination);
  append(m, slice(parts.tcp_header, 0, 4));
  append_number(m, source_isn, 4);
  append_number(m, destination_isn, 4);
  append_number(m, static_cast<std::uint64_t>(bits), 2);
  return mac(name, sub, master_key, m);
}

/// RFC 5925 §5.1. `option_at` is the offset of the AO option in the TCP header.
inline Octets ao_message(const Parts& parts, std::uint32_t sne, std::size_t option_at,
                         bool options_covered) {
  Octets m;
  append_number(m, sne, 4);
  append(m, parts.pseudo_header());
  Octets header = parts.tcp_header;
  header.at(16) = header.at(17) = 0;
  for (std::size_t i = option_at + 4; i < option_at + 16; ++i) header.at(i) = 0;
  if (options_covered) {
    append(m, header);
  } else {
    append(m, slice(header, 0, 20));
    append(m, slice(header, option_at, 16));
  }
  append(m, parts.data);
  return m;
}

/// RFC 2385 §2.0.
inline Octets md5_message(const Parts& parts, const std::string& key) {
  Octets m = parts.pseudo_header();
  Octets header = slice(parts.tcp_header, 0, 20);
  header.at(16) = header.at(17) = 0;
  append(m, header);
  append(m, parts.data);
  m.insert(m.end(), key.begin(), key.end());
  return m;
}

}  // namespace tfm::test::independent
