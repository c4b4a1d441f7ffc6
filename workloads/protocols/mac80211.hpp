// SPDX-License-Identifier: MIT
// mac80211: the data frames of an access point and its stations, sealed by CCMP-128 or GCMP (IEEE
// 802.11-2016 §12.5.3, §12.5.5) as net/mac80211/wpa.c does it. This host is the access point.
//
// A frame has the 802.11 header (24 bytes, or 26 with QoS; all frames are built with QoS), the CCMP
// or GCMP header (8 bytes: packet number, KeyID), what is encrypted (LLC/SNAP, IP, UDP, payload)
// and the MIC (CCMP: 8 bytes, GCMP: 16). It has no FCS, which the device adds. The associated data
// are the header with those fields masked that a retransmission changes; they lie in the request's
// scratch, as behind the aead_request in net/mac80211/aead_api.c. The nonce is the transmitter's
// address and the packet number; in CCMP the priority comes before them. It lies on the stack, as
// b_0 and j_0 in wpa.c. Not built are four addresses, HT Control and SPP A-MSDUs.
//
// A station has one pairwise key for both directions, and struct ieee80211_key one transform with
// it (net/mac80211/key.h: u.ccmp.tfm, u.gcmp.tfm).
#pragma once

#include "workloads/protocols/draw.hpp"
#include "workloads/protocols/udp.hpp"

namespace tfm {

class Mac80211 {
 public:
  static constexpr std::string_view name = "mac80211";
  static constexpr std::string_view summary =
      "802.11 data frames (CCMP-128, GCMP), packet numbers checked";
  static constexpr Family family = Family::aead;
  static constexpr std::uint32_t link_type = 105;  ///< LINKTYPE_IEEE802_11
  static constexpr std::size_t crypto_header_bytes = 8;
  static constexpr bool one_key = true;

  using Address = std::array<std::uint8_t, 6>;

  /// A frame's parts. Two registers wide.
  struct Found {
    std::uint8_t* header = nullptr;
    std::uint64_t packet_number : 48 = 0;
    std::uint64_t text_bytes : 15 = 0;  ///< what is encrypted
    std::uint64_t qos : 1 = 0;

    explicit operator bool() const noexcept { return header != nullptr; }
    std::size_t header_bytes() const noexcept {
      return qos != 0 ? qos_header_bytes : plain_header_bytes;
    }
    const std::uint8_t* transmitter() const noexcept { return header + 10; }
    std::uint8_t tid() const noexcept {
      return qos != 0 ? static_cast<std::uint8_t>(header[24] & 15) : std::uint8_t{0};
    }
    std::uint8_t* text() const noexcept { return header + header_bytes() + crypto_header_bytes; }
  };
  static_assert(sizeof(Found) == 16);

  /// A station, read-only.
  struct Connection {
    std::uint32_t index = 0;  ///< its key and IP addresses follow from it
    Address station{};
    std::uint8_t tid = 0;  ///< of all frames that build() makes
  };
  static_assert(sizeof(Connection) <= 64);

  /// The number of the last accepted frame; 0: none. One number for all TIDs is enough, because
  /// frames arrive here in the order in which they were sent. The kernel keeps one for each TID.
  struct State {
    std::uint64_t packet_number = 0;
  };

  static bool supports(const Algorithm& algorithm) noexcept {
    return algorithm.tmpl == Template::ccm || algorithm.tmpl == Template::gcm;
  }

  /// `algorithm` outlives the protocol.
  Mac80211(const Algorithm& algorithm, const ProtocolOptions& options)
      : algorithm_(algorithm),
        seed_(options.seed),
        ipv6_(options.ipv6),
        ccmp_(algorithm.tmpl == Template::ccm) {}

  std::size_t mic_bytes() const noexcept { return ccmp_ ? 8 : 16; }
  std::size_t scratch_bytes() const noexcept { return associated_bytes; }
  std::size_t header_bytes() const noexcept {
    return qos_header_bytes + crypto_header_bytes + llc_bytes + ip_header_bytes(ipv6_) +
           udp_header_bytes;
  }
  std::size_t packet_bytes(std::size_t payload) const noexcept {
    return header_bytes() + payload + mic_bytes();
  }

  Connection connection(std::uint32_t index) const noexcept;
  /// A station's pairwise key serves both directions.
  Result<TrafficKeys> keys(const Connection& connection) const noexcept;
  /// A line for Wireshark's table 80211_keys (`-o uat:80211_keys:LINE`): "tk","KEY".
  std::string key_line(const Connection& connection) const;

  /// Returns 0 if `packet` or max_packet_bytes is too small.
  std::size_t build(const Connection& connection, Direction direction, std::uint32_t sequence,
                    std::size_t payload_bytes, MutableBytes packet) const noexcept;

  /// Refused are: all but protected data frames to this station (TX: only FromDS set) or from it
  /// (RX: only ToDS set), frames with an HT Control field, with another KeyID than a pairwise
  /// key's, or without text.
  Found find(const Connection& connection, const Skb& skb) const noexcept;

  Errno output(Request& request, std::uint8_t* scratch, const Connection&, const Skb& skb,
               Found found, Computed& computed) const noexcept {
    const std::size_t headers = found.header_bytes() + crypto_header_bytes;
    std::uint8_t* const text = computed.output.data() + headers;
    std::memcpy(computed.output.data(), skb.data, headers);
    computed.output_bytes = skb.length;
    std::uint8_t nonce_memory[nonce_bytes];
    return aead_encrypt(request,
                        {.nonce = nonce(nonce_memory, found),
                         .associated = associated(scratch, found),
                         .from = {found.text(), found.text_bytes},
                         .to = text},
                        {text + found.text_bytes, mic_bytes()});
  }
  MutableBytes output_done(const Connection&, const Skb&, Found,
                           const Computed& computed) const noexcept {
    return computed.output.first(computed.output_bytes);
  }

  /// The decrypted text goes to the output.
  Errno input(Request& request, std::uint8_t* scratch, const Connection&, const Skb&, Found found,
              Computed& computed) const noexcept {
    computed.output_bytes = found.text_bytes;
    std::uint8_t nonce_memory[nonce_bytes];
    return aead_decrypt(request,
                        {.nonce = nonce(nonce_memory, found),
                         .associated = associated(scratch, found),
                         .from = {found.text(), found.text_bytes},
                         .to = computed.output.data()},
                        {found.text() + found.text_bytes, mic_bytes()});
  }
  bool input_done(const Connection&, const Skb&, Found, const Computed&) const noexcept {
    return true;
  }

  /// Packet numbers must increase (§12.5.3.4.4). Gaps are allowed.
  bool replay_check(const State& state, Found found) const noexcept {
    return found.packet_number > state.packet_number;
  }
  void replay_advance(State& state, Found found) const noexcept {
    state.packet_number = found.packet_number;
  }

  bool covers(const Skb& skb, std::size_t offset) const noexcept;

 private:
  static constexpr std::size_t plain_header_bytes = 24, qos_header_bytes = 26, llc_bytes = 8;
  static constexpr std::size_t associated_bytes = 24, nonce_bytes = 13;  // at most

  // Frame Control (§9.2.4.1), its two bytes.
  static constexpr std::uint8_t data_frame = 0x08, qos_subtype = 0x80;
  static constexpr std::uint8_t to_ds = 0x01, from_ds = 0x02, protected_frame = 0x40, order = 0x80;
  static constexpr std::uint8_t retry_power_more_data = 0x38;
  static constexpr std::uint8_t extended_iv = 0x20, key_id = 0xc0;  // of the CCMP header

  /// §12.5.3.3.3. Masked are the subtype, Retry, Power Management, More Data, the sequence number
  /// (not the fragment number), and all of QoS Control except the TID. Duration is left out. The
  /// masked subtype bits and Order need no code: find() accepts them only as zero.
  static Bytes associated(std::uint8_t* scratch, Found found) noexcept {
    const std::uint8_t* const header = found.header;
    scratch[0] = header[0];
    scratch[1] = static_cast<std::uint8_t>(header[1] & ~retry_power_more_data);
    std::memcpy(scratch + 2, header + 4, 3 * sizeof(Address));
    scratch[20] = header[22] & 15;
    scratch[21] = 0;
    scratch[22] = found.tid();
    scratch[23] = 0;
    return {scratch, found.qos != 0 ? 24U : 22U};
  }

  /// §12.5.3.3.4 (CCMP: 13 bytes), §12.5.5.3.4 (GCMP: 12).
  Bytes nonce(std::uint8_t* begin, Found found) const noexcept {
    std::uint8_t* at = begin;
    if (ccmp_) *at++ = found.tid();
    std::memcpy(at, found.transmitter(), sizeof(Address));
    store_be16(at + 6, static_cast<std::uint16_t>(found.packet_number >> 32));
    store_be32(at + 8, static_cast<std::uint32_t>(found.packet_number));
    return {begin, static_cast<std::size_t>(at - begin) + 12};
  }

  const Algorithm& algorithm_;
  std::uint64_t seed_;
  bool ipv6_;
  bool ccmp_;
};

inline Mac80211::Found Mac80211::find(const Connection& connection, const Skb& skb) const noexcept {
  std::uint8_t* const header = skb.data;
  const std::size_t least = plain_header_bytes + crypto_header_bytes + mic_bytes();
  if (skb.length <= least || skb.length > max_packet_bytes) return {};
  const bool qos = (header[0] & qos_subtype) != 0;
  const std::size_t header_size = qos ? qos_header_bytes : plain_header_bytes;
  const std::size_t others = header_size + crypto_header_bytes + mic_bytes();
  const bool tx = skb.direction == Direction::tx;
  const std::uint8_t control = protected_frame | (tx ? from_ds : to_ds);
  if ((header[0] & ~qos_subtype) != data_frame ||
      (header[1] & (protected_frame | order | to_ds | from_ds)) != control || skb.length <= others)
    return {};
  const std::uint8_t* const station = header + (tx ? 4 : 10);
  if (std::memcmp(station, connection.station.data(), sizeof(Address)) != 0) return {};
  const std::uint8_t* const crypto = header + header_size;
  if ((crypto[3] & (extended_iv | key_id)) != extended_iv) return {};
  Found found;
  found.header = header;
  found.packet_number = std::uint64_t{crypto[7]} << 40 | std::uint64_t{crypto[6]} << 32 |
                        std::uint64_t{crypto[5]} << 24 | std::uint64_t{crypto[4]} << 16 |
                        std::uint64_t{crypto[1]} << 8 | crypto[0];
  found.text_bytes = (skb.length - others) & 0x7fff;
  found.qos = qos;
  return found;
}

}  // namespace tfm
