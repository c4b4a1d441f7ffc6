// SPDX-License-Identifier: MIT
// esp: the IP Encapsulating Security Payload (RFC 4303) with an AEAD: AES-GCM (RFC 4106) or
// ChaCha20-Poly1305 (RFC 7634).
//
// Transport mode: the payload is a UDP datagram behind the packet's own IP header. Tunnel mode and
// extended sequence numbers are not built. The IP header is followed by SPI, sequence number, an
// explicit IV of 8 bytes, what is encrypted (datagram, padding 1, 2, 3…, pad length, next header),
// and an ICV of 16 bytes. SPI and sequence number in the packet are the associated data. The nonce
// is the connection's salt and the IV; it lies in the request's scratch, as in esp_alloc_tmp(). The
// IV is the sequence number xored with a random constant of the key, as in the kernel's seqiv.
//
// Each direction has a security association, and so a key, of its own (struct xfrm_state,
// include/net/xfrm.h).
#pragma once

#include "workloads/protocols/draw.hpp"
#include "workloads/protocols/replay_window.hpp"
#include "workloads/protocols/udp.hpp"

namespace tfm {

inline constexpr std::uint8_t ip_protocol_esp = 50;

class Esp : public WindowedReplay {
 public:
  static constexpr std::string_view name = "esp";
  static constexpr std::string_view summary =
      "IPsec ESP (RFC 4303), transport mode, 128-bit ICVs, anti-replay window of 64";
  static constexpr Family family = Family::aead;
  static constexpr std::size_t header_and_iv_bytes = 16;
  static constexpr std::size_t icv_bytes = 16;
  static constexpr std::size_t nonce_bytes = 12;

  /// A packet's parts. Two registers wide.
  struct Found {
    std::uint8_t* esp = nullptr;  ///< the ESP header
    std::uint32_t sequence = 0;
    std::uint16_t text_bytes = 0;  ///< what is encrypted
    std::uint16_t ip_bytes = 0;    ///< the IP header

    explicit operator bool() const noexcept { return esp != nullptr; }
    Bytes associated() const noexcept { return {esp, 8}; }
    std::uint8_t* iv() const noexcept { return esp + 8; }
    MutableBytes text() const noexcept { return {esp + header_and_iv_bytes, text_bytes}; }
    MutableBytes icv() const noexcept {
      return {esp + header_and_iv_bytes + text_bytes, icv_bytes};
    }
  };
  static_assert(sizeof(Found) == 16);

  /// A pair of security associations, read-only. Directions index the arrays.
  struct Connection {
    std::uint32_t index = 0;  ///< addresses and keys follow from it
    std::array<std::uint32_t, 2> spi{};
    std::array<std::array<std::uint8_t, 4>, 2> salt{};
    std::array<std::uint64_t, 2> iv_base{};  ///< xored with the sequence number
  };
  static_assert(sizeof(Connection) <= 64);

  static bool supports(const Algorithm& algorithm) noexcept {
    return algorithm.family == Family::aead && algorithm.nonce_bytes == nonce_bytes &&
           algorithm.digest_bytes == icv_bytes;
  }

  /// `algorithm` outlives the protocol.
  Esp(const Algorithm& algorithm, const ProtocolOptions& options)
      : algorithm_(algorithm), seed_(options.seed), ipv6_(options.ipv6) {}

  std::size_t scratch_bytes() const noexcept { return nonce_bytes; }
  std::size_t header_bytes() const noexcept {
    return ip_header_bytes(ipv6_) + header_and_iv_bytes + udp_header_bytes;
  }
  std::size_t packet_bytes(std::size_t payload) const noexcept {
    return ip_header_bytes(ipv6_) + header_and_iv_bytes + text_bytes(payload) + icv_bytes;
  }

  Connection connection(std::uint32_t index) const noexcept;
  Result<TrafficKeys> keys(const Connection& connection) const noexcept {
    return draw_keys(seed_, connection.index, algorithm_.key_bytes);
  }
  /// Two lines, one per association, in the format of Wireshark's table esp_sa
  /// (`-o uat:esp_sa:LINE`): "IPv4","SOURCE","DESTINATION","SPI","ALGORITHM","0xKEYSALT","NULL","".
  /// Wireshark knows RFC 7634's algorithm since 4.2.
  std::string key_line(const Connection& connection) const;

  /// Returns 0 if `packet` or max_packet_bytes is too small.
  std::size_t build(const Connection& connection, Direction direction, std::uint32_t sequence,
                    std::size_t payload_bytes, MutableBytes packet) const noexcept;

  /// Refused are: malformed packets, fragments (RFC 4303 §3.4.1), an unknown SPI, a text that is
  /// not a multiple of 4 bytes.
  Found find(const Connection& connection, const Skb& skb) const noexcept {
    const std::size_t ip_bytes = find_esp(skb);
    if (ip_bytes == 0) return {};
    std::uint8_t* const esp = skb.data + ip_bytes;
    const std::size_t text = skb.length - ip_bytes - header_and_iv_bytes - icv_bytes;
    if (text % 4 != 0 || load_be32(esp) != connection.spi[static_cast<unsigned>(skb.direction)])
      return {};
    return {esp, load_be32(esp + 4), static_cast<std::uint16_t>(text),
            static_cast<std::uint16_t>(ip_bytes)};
  }

  Errno output(Request& request, std::uint8_t* scratch, const Connection& connection,
               const Skb& skb, Found found, Computed& computed) const noexcept {
    const auto d = static_cast<unsigned>(skb.direction);
    std::uint8_t* const esp = computed.output.data() + found.ip_bytes;
    std::memcpy(computed.output.data(), skb.data, found.ip_bytes + found.associated().size());
    store_be64(esp + 8, connection.iv_base[d] ^ found.sequence);
    std::uint8_t* const text = esp + header_and_iv_bytes;
    computed.output_bytes = skb.length;
    return aead_encrypt(request,
                        {.nonce = nonce(scratch, connection.salt[d], esp + 8),
                         .associated = found.associated(),
                         .from = found.text(),
                         .to = text},
                        {text + found.text_bytes, icv_bytes});
  }
  MutableBytes output_done(const Connection&, const Skb&, Found,
                           const Computed& computed) const noexcept {
    return computed.output.first(computed.output_bytes);
  }

  /// The decrypted text goes to the output: datagram and trailer.
  Errno input(Request& request, std::uint8_t* scratch, const Connection& connection, const Skb& skb,
              Found found, Computed& computed) const noexcept {
    computed.output_bytes = found.text_bytes;
    const auto& salt = connection.salt[static_cast<unsigned>(skb.direction)];
    return aead_decrypt(request,
                        {.nonce = nonce(scratch, salt, found.iv()),
                         .associated = found.associated(),
                         .from = found.text(),
                         .to = computed.output.data()},
                        found.icv());
  }
  /// Whether the trailer says UDP and the padding is 1, 2, 3… (RFC 4303 §2.4).
  bool input_done(const Connection&, const Skb&, Found, const Computed& computed) const noexcept {
    const std::uint8_t* const next_header = &computed.output[computed.output_bytes - 1];
    const std::size_t padding = next_header[-1];
    if (*next_header != ip_protocol_udp || padding + trailer_bytes > computed.output_bytes)
      return false;
    const std::uint8_t* const first = next_header - 1 - padding;
    for (std::size_t i = 0; i < padding; ++i) {
      if (first[i] != i + 1) return false;
    }
    return true;
  }

  bool covers(const Skb& skb, std::size_t offset) const noexcept;

 private:
  static constexpr std::size_t trailer_bytes = 2;  // pad length and next header

  static constexpr std::size_t text_bytes(std::size_t payload) noexcept {
    return (udp_header_bytes + payload + trailer_bytes + 3) / 4 * 4;
  }

  static Bytes nonce(std::uint8_t* scratch, const std::array<std::uint8_t, 4>& salt,
                     const std::uint8_t* iv) noexcept {
    std::memcpy(scratch, salt.data(), salt.size());
    std::memcpy(scratch + salt.size(), iv, 8);
    return {scratch, nonce_bytes};
  }

  /// The length of the IP header if ESP with at least 4 bytes of text follows it, else 0.
  std::size_t find_esp(const Skb& skb) const noexcept {
    const IpHeader ip = ip_header_of(skb, ipv6_, header_and_iv_bytes + 4 + icv_bytes);
    return ip.next == ip_protocol_esp && skb.length <= max_packet_bytes ? ip.bytes : 0;
  }

  const Algorithm& algorithm_;
  std::uint64_t seed_;
  bool ipv6_;
};

}  // namespace tfm
