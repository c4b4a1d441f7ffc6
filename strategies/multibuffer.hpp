// SPDX-License-Identifier: MIT
// multibuffer: libipsec-mb's job manager hashes many packets at once.
//
//   transform  the socket's, one per direction, keyed at open in the form that jobs need
//   request    a lane of the CPU's manager, taken at start
//   scratch    in the lane
//   text       copied to the lane: a job needs it in one piece; other strategies hash in place
//
// Without a socket: a clone of the MKT's transform gets the key (cloned_operation.hpp). It is
// allocated, and that can fail.
//
// Stands for what DPDK does (its aesni_mb driver uses the same library), and for a kernel that
// would hand all packets of a NAPI poll to the crypto layer together. An operation ends later:
// final() returns einprogress, flush() ends all operations of a CPU, and each then has its own
// status. Only full batches gain; a single packet pays for the whole vector.
//
// It computes with libipsec-mb, whatever the block's provider is, so it is listed with nettle only.
// Its difference from the other strategies there shows what a batch gains, vectors included, and
// not only who owns what.
#pragma once

#include "runtime/softirq.hpp"
#include "strategies/keyed_at_open.hpp"
#include "strategies/multibuffer_macs.hpp"

namespace tfm {

class Multibuffer : public KeyedAtOpen<Multibuffer> {
 public:
  static constexpr std::string_view name = "multibuffer";
  static constexpr std::string_view summary =
      "a transform per socket and direction; all packets of a poll hashed together (libipsec-mb)";
  static constexpr std::string_view without_socket_uses =
      "a clone of the MKT's transform, GFP_ATOMIC, which can fail, and a lane";
  static constexpr unsigned most_in_flight = lanes_per_cpu;
  static constexpr std::string_view refuses(const Algorithm& a,
                                            std::size_t scratch_bytes) noexcept {
    if (a.family != Family::hash || !MultibufferMacs::has(a.name))
      return "it computes only hmac(sha1), hmac(sha256), hmac(sha512) and cmac(aes128)";
    if (a.api != Api::flat) return "its jobs do not go through the crypto API";
    if (a.provider != "nettle")
      return "it computes with libipsec-mb, so it is listed with nettle only";
    if (scratch_bytes > lane_scratch_bytes) return "the scratch does not fit in a lane";
    return {};
  }

  class Operation {
   public:
    Request& request() noexcept { return lane_->request; }
    std::uint8_t* scratch() noexcept { return lane_->scratch; }
    Errno status() const noexcept { return lane_->status; }

   private:
    friend class Multibuffer;
    Lane* lane_;
  };

  /// Errors: enomem; eopnotsupp: the library does not run on this CPU.
  static Result<std::unique_ptr<Multibuffer>> create(const StrategyOptions& options) {
    auto lanes = PercpuJobLanes::create(options.possible_cpus);
    if (!lanes) return error(lanes.error());
    return std::make_unique<Multibuffer>(std::move(*lanes));
  }
  explicit Multibuffer(PercpuJobLanes lanes) noexcept
      : lanes_(std::move(lanes)), macs_(lanes_[0].manager()) {}

  /// Errors: eopnotsupp for what refuses() refuses; enomem; ekeyrejected.
  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    if (!refuses(algorithm, scratch_bytes).empty()) return error(Errno::eopnotsupp);
    return KeyedAtOpen::open(macs_.of(algorithm.name), keys, scratch_bytes);
  }

  using KeyedAtOpen::end;

  /// Errors: ebusy: most_in_flight operations have begun on this CPU and not ended.
  Errno start(unsigned cpu, Socket& socket, const Skb& skb, Operation& op) noexcept {
    Transform& transform = socket.transforms.of(skb.direction);
    local_bh_disable();
    op.lane_ = lanes_[cpu].take(*transform.algorithm, transform.context());
    if (op.lane_ != nullptr) [[likely]]
      return Errno::ok;
    local_bh_enable();
    return Errno::ebusy;
  }
  void flush(unsigned cpu) noexcept { lanes_[cpu].flush(); }
  void end(unsigned cpu, Operation& op) noexcept {
    lanes_[cpu].put(*op.lane_);
    local_bh_enable();
  }

 private:
  PercpuJobLanes lanes_;
  MultibufferMacs macs_;
};

static_assert(BatchedStrategy<Multibuffer>);

}  // namespace tfm
