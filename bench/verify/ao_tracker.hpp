// SPDX-License-Identifier: MIT
// Checks TCP-AO in captured traffic: learns each connection's ISNs from its handshake, derives its
// traffic keys from one master key, follows its SNEs, and checks its segments.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "bench/verify/ip_reader.hpp"
#include "runtime/keyed_request.hpp"
#include "workloads/protocols/sne.hpp"
#include "workloads/protocols/tcp_ao.hpp"

namespace tfm::bench {

class AoTracker {
 public:
  AoTracker(const Algorithm& algorithm, std::string_view master_key, bool options_covered);

  enum class Verdict : std::uint8_t {
    valid,
    invalid,
    unknown,  ///< the ISNs for its key were not captured
  };

  /// Checks a whole segment with TCP-AO. Errors: einval for a packet without a segment; the
  /// provider's errors.
  Result<Verdict> check(PlainPacket& packet);

 private:
  /// State of what one end sends.
  struct Side {
    std::optional<std::uint32_t> isn;
    SneBase sne_base;
    std::optional<KeyedRequest> key;  ///< for all segments except the SYN; made at the first one
  };
  using Ends = std::pair<Endpoint, Endpoint>;  ///< the smaller one first
  struct Before {
    bool operator()(const Ends& a, const Ends& b) const noexcept;
  };
  struct Session {
    std::array<Side, 2> sides;  ///< of the smaller end, of the other end
    bool complete() const noexcept { return sides[0].isn && sides[1].isn; }
  };

  struct Segment;
  Result<Verdict> check_syn(const Segment& segment);
  Result<Verdict> check_syn_ack(const Segment& segment);
  Result<Verdict> check_other(const Segment& segment);

  Result<KeyedRequest> key(const Segment& segment, std::uint32_t source_isn,
                           std::uint32_t destination_isn) const;
  /// Whether the MAC is right. The segment's SNE follows from `base`.
  Result<bool> matches(const Segment& segment, const KeyedRequest& key, SneBase base) const;

  const Algorithm& algorithm_;
  std::string master_key_;
  std::array<TcpAo, 2> protocols_;  ///< over IPv4, over IPv6
  std::map<Ends, Session, Before> sessions_;
};

}  // namespace tfm::bench
