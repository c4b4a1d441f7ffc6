// SPDX-License-Identifier: MIT
// The reference for the strategies' bytes: the same algorithm, from another provider if there is
// one, on a transform that no strategy owns.
#pragma once

#include <stdexcept>
#include <vector>

#include "runtime/keyed_request.hpp"
#include "workloads/protocol.hpp"

namespace tfm::bench {

class Reference {
 public:
  /// Throws std::runtime_error if the provider fails.
  Reference(const Algorithm& measured, std::size_t scratch_bytes);

  /// Sets the key of the next digest. A keyless algorithm ignores it.
  void begin(Bytes key);
  Request& request() noexcept { return *request_; }

  /// Protects a packet as it must be sent. Returns the packet's own bytes, or a buffer that is
  /// valid until the next call. Throws std::runtime_error if the provider fails or the packet is
  /// not one of the connection's.
  template <Protocol P>
  MutableBytes output(const P& protocol, const typename P::Connection& connection,
                      const TrafficKeys& keys, const Skb& skb) {
    const auto found = protocol.find(connection, skb);
    const auto& key = skb.direction == Direction::tx ? keys.tx : keys.rx;
    begin({key.data(), keys.bytes});
    Computed computed;
    computed.output = output_;
    if (!found || failed(protocol.output(request(), scratch(), connection, skb, found, computed))) {
      throw std::runtime_error("the reference cannot protect a packet of this workload");
    }
    return protocol.output_done(connection, skb, found, computed);
  }

  std::uint8_t* scratch() noexcept { return scratch_.data(); }

  /// The algorithm of the same name from another provider, or `measured` itself if there is none.
  static const Algorithm& of(const Algorithm& measured) noexcept;

 private:
  KeyedRequest request_;
  std::vector<std::uint8_t> scratch_;
  OutputBuffer output_;
};

}  // namespace tfm::bench
