// SPDX-License-Identifier: MIT
// What a protocol is: wire format, keys, and what is computed over a packet. It never learns who
// owns the request: whoever sends or receives hands it one, with scratch.
//
//   TX   find, output, output_done: the packet as it goes out
//   RX   find, replay_check, input, input_done, replay_advance: the packet is accepted
//
// output() and input() are all that needs the request, and the only steps that can fail for want of
// something; they may return einprogress where the algorithm completes later. Until the _done step
// nothing of the packet or of the state has changed that a sender or receiver would see. A trace's
// packets are met again and again: RX leaves them as they are, and what is decrypted, encrypted or
// compressed goes to Computed::output.
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

/// The traffic keys of one connection in one phase, each `bytes` long; 0 where keys are appended to
/// the message and the algorithm is keyless.
struct TrafficKeys {
  std::array<std::uint8_t, max_digest_bytes> tx{}, rx{};
  std::size_t bytes = 0;
};

/// What varies between workloads of one protocol.
struct ProtocolOptions {
  bool ipv6 = false;
  bool options_covered = true;    ///< with options_vary: TCP options other than AO are in the MAC
  std::string_view shared_key{};  ///< if not empty: every connection's master key
  std::uint64_t seed = 1;         ///< keys, addresses, ports and ISNs are drawn from it
};

/// The largest packet of any workload, from the network header on.
inline constexpr std::size_t max_packet_bytes = 9216;

/// Where what is not computed in place goes: what an skb of its own would be to the kernel.
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

/// What one packet's operation writes, between its steps. Whoever sends or receives owns it.
struct Computed {
  alignas(16) std::uint8_t mac[max_digest_bytes];
  MutableBytes output;           ///< an OutputBuffer
  std::size_t output_bytes = 0;  ///< how many of them the packet took
};

/// The segments of a handshake that are authenticated with keys of their own.
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
      // From the network header to where the payload begins; the whole packet that build() makes.
      // Where connections differ in it: of those with the most.
      { p.header_bytes() } -> std::same_as<std::size_t>;
      { p.packet_bytes(payload) } -> std::same_as<std::size_t>;

      // A connection is at most a cache line, the same for every strategy, and read-only while
      // packets flow. Deterministic in (seed, index).
      { p.connection(index) } -> std::same_as<typename P::Connection>;
      { p.keys(connection) } -> std::same_as<Result<TrafficKeys>>;            // established
      // What others need to check its packets, as a line of text: ends or identifiers, then keys.
      { p.key_line(connection) } -> std::same_as<std::string>;

      // Writes a packet before its protection: MACs and tags zero, payloads in the clear, a TCP
      // checksum left to the device (CHECKSUM_PARTIAL); `sequence` numbers the packets of a
      // connection and direction from 0. Returns its length, or 0 where `bytes` is too small.
      { p.build(connection, direction, sequence, payload, bytes) } -> std::same_as<std::size_t>;

      // The packet's parts, if it is one for this connection (lengths right, identifiers known);
      // false: refused. Of a packet as built, and as sent.
      { p.find(connection, skb) } noexcept -> std::same_as<typename P::Found>;
      { static_cast<bool>(found) } noexcept;

      // Protects a packet as built, with a request that carries the key of skb's direction. Uses
      // scratch_bytes() of scratch.
      { p.output(request, scratch, connection, skb, found, computed) } noexcept -> std::same_as<Errno>;
      // The packet as sent: skb's own bytes, or those computed.
      { p.output_done(connection, skb, found, computed) } noexcept -> std::same_as<MutableBytes>;
      // Undoes it for a packet as sent, or recomputes what it carries. Errors: ebadmsg: it is not
      // authentic; the provider's.
      { p.input(request, scratch, connection, skb, found, computed) } noexcept -> std::same_as<Errno>;
      // Whether to accept it.
      { p.input_done(connection, skb, found, computed) } noexcept -> std::same_as<bool>;

      // What a receiver remembers of a connection; an empty type where that is nothing. Begins as
      // State{}. A packet that is no replay; remember this one, which was accepted.
      { p.replay_check(state, found) } noexcept -> std::same_as<bool>;
      { p.replay_advance(state, found) } noexcept -> std::same_as<void>;

      // Whether a flip of any bit of the byte at an offset of a packet as sent must be refused.
      { p.covers(skb, payload) } -> std::same_as<bool>;
    };

/// What a protocol derives from that is without replay protection: nothing to remember.
class NoReplay {
 public:
  struct State {};
  static bool replay_check(const State&, const auto&) noexcept { return true; }
  static void replay_advance(State&, const auto&) noexcept {}
};

/// Whether P runs over that IP version: over both, unless it has
/// `static constexpr bool ipv6_only = true;`
template <Protocol P>
constexpr bool runs_over(bool ipv6) noexcept {
  if constexpr (requires { P::ipv6_only; }) return ipv6 || !P::ipv6_only;
  return true;
}

/// Whether P's packets depend on ProtocolOptions::options_covered: they do not, unless it has
/// `static constexpr bool options_vary = true;`
template <Protocol P>
constexpr bool options_vary() noexcept {
  if constexpr (requires { P::options_vary; }) return P::options_vary;
  return false;
}

/// Whether a packet that find() found needs an operation. A protocol some of whose packets go as
/// they are has `static bool needs_operation(Found, Direction) noexcept`; for those no request is
/// asked for, output() or input() is left out, and Computed::output_bytes is 0.
template <Protocol P>
constexpr bool needs_operation(const typename P::Found& found, Direction direction) noexcept {
  if constexpr (requires { P::needs_operation(found, direction); }) {
    return P::needs_operation(found, direction);
  } else {
    return true;
  }
}

/// A protocol whose connections open with segments that are authenticated themselves.
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
