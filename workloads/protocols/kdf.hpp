// SPDX-License-Identifier: MIT
// TCP-AO's key derivation (RFC 5926 §3.1), for any keyed algorithm, as Linux generalises it: the
// algorithm itself is the PRF, and a traffic key is as long as its digest. If the PRF takes keys of
// one length only, a master key of another length is condensed first.
#pragma once

#include "runtime/transform.hpp"
#include "workloads/protocols/ip.hpp"

namespace tfm {

/// The context of RFC 5926 §3.1: a flow from source to destination. The destination's ISN is 0 for
/// the key of a SYN (RFC 5925 §5.2).
struct KdfContext {
  bool ipv6 = false;
  Endpoint source, destination;
  std::uint32_t source_isn = 0, destination_isn = 0;
};

/// Writes the traffic key of a flow, algorithm.key_bytes long, to the front of `key`. Allocates
/// only if the algorithm is not flat.
/// Errors: einval (keyless algorithm, `key` too short); enomem; ekeyrejected (the algorithm does
/// not take a master key of this length); the provider's.
Errno derive_traffic_key(const Algorithm& algorithm, Bytes master_key, const KdfContext& context,
                         MutableBytes key) noexcept;

}  // namespace tfm
