// SPDX-License-Identifier: MIT
// What strategies' bytes are held against: the same algorithm by another provider wherever there is
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

  /// The next digest is keyed with `key` (ignored where the algorithm is keyless).
  void begin(Bytes key);
  Request& request() noexcept { return *request_; }

  /// A packet as built, as it is to be sent: its own bytes, or some that are good until the next
  /// call. Throws std::runtime_error if the provider fails or it is none of the connection's.
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

  /// The algorithm of the same name that another provider offers; `measured` itself if none does.
  static const Algorithm& of(const Algorithm& measured) noexcept;

 private:
  KeyedRequest request_;
  std::vector<std::uint8_t> scratch_;
  OutputBuffer output_;
};

}  // namespace tfm::bench
