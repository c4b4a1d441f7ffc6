// SPDX-License-Identifier: MIT
// clone_sigpool: a pool of algorithms and scratch. Each packet clones its algorithm's transform and
// sets the key in the clone.
//
//   transform  one per algorithm, never keyed; a clone of it per packet, GFP_ATOMIC (tfm_clone.hpp)
//   request    allocated per packet, GFP_ATOMIC
//   scratch    one per CPU for all algorithms, replaced under RCU when it grows
//   digest     keyed algorithms only: a buffer per packet, GFP_ATOMIC; two for received packets
//   keys       the socket keeps the raw bytes
//
// Without a socket: as with one. Linux 6.7 does not tell them apart, except that a derived key lies
// in a buffer of its own, GFP_ATOMIC. Derive it as for a packet that is sent: the one digest buffer
// then stands for that key. (So a child's keys cost one allocation each too many: in the kernel
// they lie in the child's copy of the MKT.) Any of these allocations can fail.
//
// Stands for tcp_sigpool (net/ipv4/tcp_sigpool.c, Linux 6.7). Its table is crypto_pool's, with 24
// bytes per entry. tcp_sigpool_start() enters the section, clones the transform and allocates the
// request. tcp_sigpool_end() leaves the section first and then frees them: in the kernel a
// reference count of the clone keeps its algorithm alive. Here that count has only its cost: a
// cache line that all CPUs write for every packet. The section is left last because nothing else
// keeps the master transform alive.
//
// The digest buffers are TCP-AO's: hash_buf in tcp_ao_hash_skb(), and another in
// tcp_ao_verify_hash(). Both are allocated before the section begins. They are allocated here
// because that can fail too, although our protocols hash into memory of their own.
#pragma once

#include "strategies/pooled_strategy.hpp"
#include "strategies/request_piece.hpp"
#include "strategies/tfm_clone.hpp"

namespace tfm {

class CloneSigpool : public PooledStrategy<CloneSigpool, PooledMaster> {
 public:
  static constexpr std::string_view name = "clone_sigpool";
  static constexpr std::string_view summary =
      "scratch per CPU; every packet clones the transform, sets its key and allocates a request "
      "(tcp_sigpool)";
  static constexpr std::string_view without_socket_uses =
      "a clone and a request, GFP_ATOMIC, as with a socket; any of them can fail";
  static constexpr InFlight in_flight = InFlight::one_per_cpu;
  static constexpr unsigned fast_path_allocations(const Algorithm& a, Direction d) noexcept {
    if (!a.keyed) return 1;
    return (a.tmpl == Template::cmac ? 5 : 4) + (d == Direction::rx ? 1 : 0);
  }
  static constexpr std::string_view refuses(const Algorithm& a, std::size_t) noexcept {
    if (a.api == Api::ahash_library) return "Linux 7.x has no crypto_clone_ahash()";
    return can_be_cloned(a) ? "" : "only hmac, cmac and keyless hashes can be cloned";
  }

  class Operation {
   public:
    Request& request() noexcept { return piece_.request(); }
    std::uint8_t* scratch() noexcept { return section_.scratch; }

   private:
    friend class CloneSigpool;
    Pool::Section section_;
    TfmClone clone_;
    RequestPiece piece_;
    void* digests_[2];  // or nullptr
    Bytes key_;
  };

  using PooledStrategy::PooledStrategy;

  /// Errors: eopnotsupp for what refuses() refuses; the pool's.
  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    if (!refuses(algorithm, scratch_bytes).empty()) return error(Errno::eopnotsupp);
    return PooledStrategy::open(algorithm, keys, scratch_bytes);
  }

  Errno start(unsigned cpu, Socket& socket, const Skb& skb, Operation& op) noexcept {
    const Errno e = socket.keys.get(skb.direction, op.key_);
    return failed(e) ? e : begin(cpu, socket, skb.direction, op);
  }
  Errno without_socket(unsigned cpu, Socket& mkt, Bytes key, const Skb& skb,
                       Operation& op) noexcept {
    op.key_ = key;
    return begin(cpu, mkt, skb.direction, op);
  }
  Errno key(Operation& op) noexcept { return request_setkey(op.request(), op.key_); }
  void end(unsigned, Operation& op) noexcept {
    op.piece_.free_sensitive();  // as ahash_request_free() does
    op.clone_.free();
    Pool::end();
    free_digests(op);
  }

 private:
  /// The operation has its key.
  [[gnu::always_inline]] Errno begin(unsigned cpu, const Socket& socket, Direction direction,
                                     Operation& op) noexcept {
    Errno e = alloc_digests(op, socket.digest_bytes, direction);
    if (failed(e)) return e;
    e = pool().start(socket.id, cpu, op.section_);
    if (!failed(e)) {
      e = clone(op);
      if (!failed(e)) [[likely]]
        return e;
      Pool::end();
    }
    free_digests(op);
    return e;
  }

  /// Allocates nothing if `bytes` is 0.
  static Errno alloc_digests(Operation& op, std::size_t bytes, Direction direction) noexcept {
    op.digests_[0] = op.digests_[1] = nullptr;
    const unsigned wanted = bytes == 0 ? 0 : direction == Direction::rx ? 2 : 1;
    for (unsigned i = 0; i < wanted; ++i) {
      op.digests_[i] = gfp_alloc(bytes, Gfp::atomic, Owner::request);
      if (op.digests_[i] == nullptr) {
        free_digests(op);
        return Errno::enomem;
      }
    }
    return Errno::ok;
  }
  static void free_digests(Operation& op) noexcept {
    for (void* digest : op.digests_) gfp_free(digest);
  }

  /// Makes the clone and a request on it, or neither.
  static Errno clone(Operation& op) noexcept {
    if (const Errno e = op.clone_.make(*op.section_.part); failed(e)) return e;
    const Errno e = op.piece_.make(op.clone_.transform(), 0);
    if (failed(e)) op.clone_.free();
    return e;
  }
};

static_assert(Strategy<CloneSigpool>);

}  // namespace tfm
