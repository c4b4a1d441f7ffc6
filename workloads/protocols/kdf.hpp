// SPDX-License-Identifier: MIT
// TCP-AO's key derivation (RFC 5926 §3.1), for any keyed algorithm as Linux generalises it: the
// algorithm itself is the PRF and a traffic key is as long as its digest. A PRF whose keys have one
// length gets a master key of another condensed first.
#pragma once

#include "runtime/transform.hpp"
#include "workloads/protocols/ip.hpp"

namespace tfm {

/// RFC 5926 §3.1's context: a flow from source to destination. The destination's ISN is 0 for the
/// key of a SYN (RFC 5925 §5.2).
struct KdfContext {
  bool ipv6 = false;
  Endpoint source, destination;
  std::uint32_t source_isn = 0, destination_isn = 0;
};

/// Writes algorithm.key_bytes, the traffic key of a flow, to the front of `key`. Allocates only
/// where the algorithm is not flat.
/// Errors: einval (keyless algorithm, `key` too short); enomem; ekeyrejected (a master key of a
/// length that the algorithm does not take); the provider's.
Errno derive_traffic_key(const Algorithm& algorithm, Bytes master_key, const KdfContext& context,
                         MutableBytes key) noexcept;

}  // namespace tfm
