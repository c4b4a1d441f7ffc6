// SPDX-License-Identifier: MIT
// A packet without a socket, for the strategies whose sockets own a transform. The MKT has one too,
// keyed with the master key on the slow path, which all CPUs use at once to derive keys. It cannot
// be given another key in softirq: another CPU may be hashing with it. So the derived key goes to a
// clone of it, made in softirq, GFP_ATOMIC, as crypto_clone_ahash() does since Linux 6.4, and no
// longer in 7.x. All else is as with a socket.
#pragma once

#include "strategies/socket_transforms.hpp"
#include "strategies/tfm_clone.hpp"

namespace tfm {

/// The reason why a keyed transform of `a` cannot be made in softirq, or empty. A keyless one need
/// not be made.
constexpr std::string_view no_clone_of(const Algorithm& a) noexcept {
  if (!a.keyed) return {};
  if (a.api == Api::ahash_library) return "Linux 7.x has no crypto_clone_ahash()";
  return can_be_cloned(a) ? "" : "only hmac, cmac and keyless hashes can be cloned";
}

/// Allocations of a clone: one, or the kernel's blocks if the algorithm clones them itself.
constexpr unsigned clone_allocations(const Algorithm& a) noexcept {
  if (!a.keyed) return 0;
  if (a.transform_clone == nullptr) return 1;
  return a.tmpl == Template::cmac ? 3 : 2;
}

/// What without_socket() fills if the strategy clones. `S` is the strategy; its Socket has
/// SocketTransforms `transforms`.
template <class S>
class ClonedOperation {
 public:
  Request& request() noexcept { return operation_.request(); }
  std::uint8_t* scratch() noexcept { return operation_.scratch(); }
  Errno status() const noexcept requires requires(const typename S::Operation& o) { o.status(); }
  { return operation_.status(); }

  /// Errors: eopnotsupp for what no_clone_of() names; enomem; S::start()'s. Nothing is held then.
  Errno start(S& strategy, unsigned cpu, const typename S::Socket& mkt, Bytes key,
              const Skb& skb) noexcept {
    Transform& master = mkt.transforms.of(skb.direction);
    socket_ = mkt;
    clone_ = nullptr;
    key_ = key;
    if (master.algorithm->keyed) {
      if (!no_clone_of(*master.algorithm).empty()) return Errno::eopnotsupp;
      const auto clone = transform_clone(master, Owner::request);
      if (!clone) return clone.error();
      clone_ = *clone;
      socket_.transforms = {{clone_, clone_}};
    }
    const Errno e = strategy.start(cpu, socket_, skb, operation_);
    if (failed(e)) transform_free(clone_);
    return e;
  }
  Errno key() noexcept {
    return clone_ == nullptr ? Errno::ok : transform_setkey(*clone_, key_, Gfp::atomic);
  }
  /// Zeroes the derived key.
  void end(S& strategy, unsigned cpu) noexcept {
    strategy.end(cpu, operation_);
    transform_free(clone_);
  }

 private:
  typename S::Operation operation_;
  typename S::Socket socket_;  ///< the MKT's, with the clone for both directions
  Transform* clone_;           ///< nullptr: the algorithm is keyless
  Bytes key_;
};

}  // namespace tfm
