// SPDX-License-Identifier: MIT
// A protocol is a wire format, its keys, and what is computed over a packet. It never learns who
// owns the request: the sender or receiver hands it a request and scratch.
//
//   TX   find, output, output_done: the packet as it goes out
//   RX   find, replay_check, input, input_done, replay_advance: the packet is accepted
//
// Only output() and input() need the request, and only they can fail because a resource is missing.
// They may return einprogress if the algorithm completes later. Before the _done step nothing has
// changed in the packet or in the state that a sender or receiver would see. The packets of a trace
// are used many times. So RX does not change them, and what is encrypted, decrypted or compressed
// goes to Computed::output.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "runtime/skb.hpp"
#include "runtime/transform.hpp"

namespace tfm {

/// The traffic keys of one connection in one phase, each `bytes` long. `bytes` is 0 if the
/// algorithm is keyless (IPComp, or TCP-MD5, which hashes its key after the message).
struct TrafficKeys {
  std::array<std::uint8_t, max_digest_bytes> tx{}, rx{};
  std::size_t bytes = 0;
};

/// The options in which workloads of one protocol differ.
struct ProtocolOptions {
  bool ipv6 = false;
  bool options_covered = true;    ///< with options_vary: TCP options other than AO are in the MAC
  std::string_view shared_key{};  ///< if not empty, the master key of all connections
  std::uint64_t seed = 1;         ///< for keys, addresses, ports and ISNs
};

/// The largest packet of any workload, from the network header on.
inline constexpr std::size_t max_packet_bytes = 9216;

/// The output of what is not computed in place. The kernel would use a new skb.
class OutputBuffer {
 public:
  OutputBuffer() : bytes_(new (std::align_val_t{64}) std::uint8_t[size]) {}

  operator MutableBytes() const noexcept { return {bytes_.get(), size}; }

 private:
  static constexpr std::size_t size = max_packet_bytes + 64;
  struct Delete {
    void operator()(std::uint8_t* p) const noexcept {
      ::operator delete[](p, std::align_val_t{64});
    }
  };
  std::unique_ptr<std::uint8_t[], Delete> bytes_;
};

/// What one packet's operation writes, kept between its steps. The sender or receiver owns it.
struct Computed {
  alignas(16) std::uint8_t mac[max_digest_bytes];
  MutableBytes output;           ///< an OutputBuffer
  std::size_t output_bytes = 0;  ///< how many of its bytes the packet takes
};

/// The segments of a handshake that are authenticated.
enum class Handshake : std::uint8_t { syn, syn_ack };

// clang-format off
template <class P>
concept Protocol =
    requires(const P p, const Algorithm& algorithm, const ProtocolOptions& options,
             std::uint32_t index, const typename P::Connection& connection, const Skb& skb,
             Direction direction, std::uint32_t sequence, std::size_t payload,
             MutableBytes bytes, Request& request, std::uint8_t* scratch,
             typename P::State& state, typename P::Found found, Computed& computed) {
      { P::name } -> std::convertible_to<std::string_view>;
      { P::summary } -> std::convertible_to<std::string_view>;  // one line for `list`
      { P::family } -> std::convertible_to<Family>;             // what its algorithms compute
      { P::supports(algorithm) } -> std::same_as<bool>;
      // `algorithm` also derives the keys (on transforms of the protocol's own).
      requires std::constructible_from<P, const Algorithm&, const ProtocolOptions&>;

      { p.scratch_bytes() } -> std::same_as<std::size_t>;
      // Bytes from the network header to the payload, and bytes of the whole packet that build()
      // makes. If connections differ, the largest.
      { p.header_bytes() } -> std::same_as<std::size_t>;
      { p.packet_bytes(payload) } -> std::same_as<std::size_t>;

      // A connection is at most a cache line, the same for every strategy, and read-only while
      // packets flow. Deterministic in (seed, index).
      { p.connection(index) } -> std::same_as<typename P::Connection>;
      { p.keys(connection) } -> std::same_as<Result<TrafficKeys>>;            // established
      // What other tools need to check its packets, as text: ends or identifiers, then keys.
      { p.key_line(connection) } -> std::same_as<std::string>;

      // Writes a packet that is not protected yet: MACs and tags are zero, payloads are in the
      // clear, a TCP checksum is left to the device (CHECKSUM_PARTIAL). `sequence` numbers the
      // packets of a connection and direction from 0. Returns the length, or 0 if `bytes` is too
      // small.
      { p.build(connection, direction, sequence, payload, bytes) } -> std::same_as<std::size_t>;

      // The parts of a packet for this connection, or false: refused, because a length is wrong or
      // an identifier unknown. Takes packets as built and as sent.
      { p.find(connection, skb) } noexcept -> std::same_as<typename P::Found>;
      { static_cast<bool>(found) } noexcept;

      // Protects a packet as built, with a request that has the key of the skb's direction. Uses
      // scratch_bytes() of scratch.
      { p.output(request, scratch, connection, skb, found, computed) } noexcept -> std::same_as<Errno>;
      // The packet as sent: the skb's own bytes, or the computed ones.
      { p.output_done(connection, skb, found, computed) } noexcept -> std::same_as<MutableBytes>;
      // Undoes the protection of a packet as sent, or computes its MAC again. Errors: ebadmsg: the
      // packet is not authentic; the provider's.
      { p.input(request, scratch, connection, skb, found, computed) } noexcept -> std::same_as<Errno>;
      // Whether to accept it.
      { p.input_done(connection, skb, found, computed) } noexcept -> std::same_as<bool>;

      // What a receiver remembers of a connection; an empty type if nothing. It begins as State{}.
      // The first says whether a packet is not a replay. The second remembers an accepted packet.
      { p.replay_check(state, found) } noexcept -> std::same_as<bool>;
      { p.replay_advance(state, found) } noexcept -> std::same_as<void>;

      // Whether a packet as sent must be refused when any bit of its byte at this offset is
      // flipped.
      { p.covers(skb, payload) } -> std::same_as<bool>;
    };

/// The base of protocols without replay protection: there is nothing to remember.
class NoReplay {
 public:
  struct State {};
  static bool replay_check(const State&, const auto&) noexcept { return true; }
  static void replay_advance(State&, const auto&) noexcept {}
};

/// Whether P runs over that IP version. It runs over both, unless P has
/// `static constexpr bool ipv6_only = true;`
template <Protocol P>
constexpr bool runs_over(bool ipv6) noexcept {
  if constexpr (requires { P::ipv6_only; }) return ipv6 || !P::ipv6_only;
  return true;
}

/// Whether P's packets depend on ProtocolOptions::options_covered. They do not, unless P has
/// `static constexpr bool options_vary = true;`
template <Protocol P>
constexpr bool options_vary() noexcept {
  if constexpr (requires { P::options_vary; }) return P::options_vary;
  return false;
}

/// Whether one key serves both directions: P's keys() then has the same bytes twice. Not so, unless P
/// has `static constexpr bool one_key = true;`
template <Protocol P>
constexpr bool one_key() noexcept {
  if constexpr (requires { P::one_key; }) return P::one_key;
  return false;
}

/// Whether a packet that find() accepts needs an operation. All do, unless P has
/// `static bool needs_operation(Found, Direction) noexcept`. A packet that needs none takes no
/// request, skips output() or input(), and leaves Computed::output_bytes at 0.
template <Protocol P>
constexpr bool needs_operation(const typename P::Found& found, Direction direction) noexcept {
  if constexpr (requires { P::needs_operation(found, direction); }) {
    return P::needs_operation(found, direction);
  } else {
    return true;
  }
}

/// A protocol whose connections open with authenticated segments.
template <class P>
concept HasHandshake =
    Protocol<P> && requires(const P p, const typename P::Connection& connection, Handshake segment,
                            MutableBytes bytes) {
      { p.handshake_keys(connection) } -> std::same_as<Result<TrafficKeys>>;  // a SYN's
      { p.build_handshake(connection, segment, bytes) } -> std::same_as<std::size_t>;
      { p.direction_of(connection, segment) } -> std::same_as<Direction>;     // who opened
    };
// clang-format on

}  // namespace tfm
