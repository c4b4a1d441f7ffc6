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

/// What is hashed with the master key: i || Label || Context || Output_Length. One iteration gives
/// the whole key.
class KdfInput {
 public:
  KdfInput() = default;
  KdfInput(const KdfContext& context, std::size_t key_bytes) noexcept;
  Bytes message() const noexcept { return {bytes_, length_}; }

 private:
  std::uint8_t bytes_[1 + 6 + 2 * 16 + 4 + 8 + 2];
  std::uint8_t length_ = 0;
};

/// A master key in the form in which `algorithm` takes it.
struct MasterKey {
  std::array<std::uint8_t, max_digest_bytes> condensed;
  Bytes bytes;  ///< the caller's, or `condensed`

  MasterKey() = default;
  MasterKey(const MasterKey&) = delete;
  MasterKey& operator=(const MasterKey&) = delete;
  ~MasterKey() { memzero_explicit(condensed.data(), condensed.size()); }
};

/// Condenses the caller's key if the algorithm takes no keys of its length (RFC 5926 §3.1.1.2), as
/// Linux does once, when a key is added. `key` must outlive `made`. Errors: the provider's.
Errno condense_master_key(const Algorithm& algorithm, Bytes key, MasterKey& made) noexcept;

/// Derives a traffic key with a request that has the master key: writes all of `key`.
/// Errors: the provider's.
Errno derive_with(Request& request, const KdfInput& input, MutableBytes key) noexcept;

/// Writes the traffic key of a flow, algorithm.key_bytes long, to the front of `key`. Allocates
/// only if the algorithm is not flat.
/// Errors: einval (keyless algorithm, `key` too short); enomem; ekeyrejected (the algorithm does
/// not take a master key of this length); the provider's.
Errno derive_traffic_key(const Algorithm& algorithm, Bytes master_key, const KdfContext& context,
                         MutableBytes key) noexcept;

}  // namespace tfm
