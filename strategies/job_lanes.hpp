// SPDX-License-Identifier: MIT
// One CPU's multi-buffer manager (libipsec-mb's job manager) and the lanes that feed it. An
// operation takes a lane, copies its text there, because a job needs the text in one piece, and
// submits a job. The manager hashes as many texts at once as the CPU's vectors hold. A job ends
// when its vector is full or when it is flushed. So several jobs end together, and not in the order
// in which they began. A job's user_data points to its lane.
//
// Not thread-safe: bottom halves stay disabled from take() to put().
#pragma once

#include <intel-ipsec-mb.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "runtime/percpu.hpp"
#include "runtime/transform.hpp"

namespace tfm {

class JobLanes;

/// Lanes per CPU: the weight of a NAPI poll.
inline constexpr unsigned lanes_per_cpu = 64;
/// Room for a lane's text: the longest packet (9,216 bytes) and what protocols hash before it.
inline constexpr std::size_t lane_text_bytes = 9216 + 192;
inline constexpr std::size_t lane_scratch_bytes = 256;

/// The memory of one operation. The members from `request` to `status` are its request: the header,
/// then the context.
struct alignas(cache_line_bytes) Lane {
  Request request;
  JobLanes* owner;
  std::uint8_t* mac;        ///< where the caller wants its digest
  std::uint32_t mac_bytes;  ///< bytes of the digest that the caller wants
  std::uint32_t text_bytes;
  Errno status;  ///< of the operation; einprogress: the manager has it

  alignas(cache_line_bytes) std::uint8_t digest[max_digest_bytes];  ///< the job's, in full
  std::uint8_t scratch[lane_scratch_bytes];
  std::uint8_t text[lane_text_bytes];

  static constexpr std::uint32_t context_bytes() noexcept {
    return offsetof(Lane, digest) - sizeof(Request);
  }
  /// The lane that a request's context lies in.
  static Lane& of(void* context) noexcept {
    return *reinterpret_cast<Lane*>(static_cast<std::uint8_t*>(context) - sizeof(Request));
  }
};
static_assert(offsetof(Lane, owner) == sizeof(Request));
// The manager works on lanes in step. They lie an odd number of cache lines apart, so that the same
// offset in two lanes falls into different cache sets.
static_assert(sizeof(Lane) / cache_line_bytes % 2 == 1);

class JobLanes {
 public:
  /// `manager` is initialised and outlives the lanes.
  explicit JobLanes(IMB_MGR& manager) noexcept : manager_(&manager) {
    for (unsigned i = 0; i < lanes_per_cpu; ++i) free_[i] = &lanes_[lanes_per_cpu - 1 - i];
  }

  IMB_MGR& manager() noexcept { return *manager_; }

  /// A lane with a request on the transform's context, or nullptr if no lane is free.
  Lane* take(const Algorithm& algorithm, void* transform_context) noexcept {
    if (free_count_ == 0) return nullptr;
    Lane* lane = free_[--free_count_];
    lane->request = {&algorithm, transform_context};
    lane->owner = this;
    lane->status = Errno::ok;
    return lane;
  }

  /// Gives a lane back to the CPU that it was taken from. Aborts on another CPU, whose list has no
  /// room for it. A job that the manager still has is ended first; its digest is not written.
  void put(Lane& lane) noexcept {
    if (lane.owner != this) [[unlikely]] {
      std::fputs("multibuffer: an operation is ended on a CPU that did not begin it\n", stderr);
      std::abort();
    }
    if (lane.status == Errno::einprogress) {
      lane.mac_bytes = 0;
      flush();
    }
    free_[free_count_++] = &lane;
  }

  /// Hands the lane's text to the manager. For HMAC the text must not be empty; for CMAC it may be.
  /// `describe(IMB_JOB&)` sets the MAC, its key and the length of its full digest.
  template <class Describe>
  void submit(Lane& lane, Describe describe) noexcept {
    IMB_JOB* job = IMB_GET_NEXT_JOB(manager_);
    job->cipher_mode = IMB_CIPHER_NULL;
    job->cipher_direction = IMB_DIR_ENCRYPT;
    job->chain_order = IMB_ORDER_HASH_CIPHER;
    job->src = lane.text;
    job->hash_start_src_offset_in_bytes = 0;
    job->msg_len_to_hash_in_bytes = lane.text_bytes;
    job->auth_tag_output = lane.digest;
    job->user_data = &lane;
    describe(*job);
    lane.status = Errno::einprogress;
    // The library's checks would only look at what has just been set.
    for (job = IMB_SUBMIT_JOB_NOCHECK(manager_); job != nullptr;
         job = IMB_GET_COMPLETED_JOB(manager_)) {
      end(*job);
    }
  }

  /// Ends all submitted jobs.
  void flush() noexcept {
    while (IMB_JOB* job = IMB_FLUSH_JOB(manager_)) end(*job);
  }

 private:
  static void end(const IMB_JOB& job) noexcept {
    Lane& lane = *static_cast<Lane*>(job.user_data);
    if (job.status != IMB_STATUS_COMPLETED) {
      lane.status = Errno::eproto;
      return;
    }
    std::memcpy(lane.mac, lane.digest, lane.mac_bytes);
    lane.status = Errno::ok;
  }

  IMB_MGR* manager_;
  unsigned free_count_ = lanes_per_cpu;
  Lane* free_[lanes_per_cpu];  ///< the last one given back is the next one taken
  Lane lanes_[lanes_per_cpu];
};

/// The manager and lanes of each possible CPU, one block per CPU.
class PercpuJobLanes {
 public:
  /// Errors: enomem; eopnotsupp: the library does not run on this CPU. May sleep.
  static Result<PercpuJobLanes> create(unsigned possible_cpus) noexcept {
    auto slots = Percpu<Slot>::alloc(possible_cpus);
    if (!slots) return error(slots.error());
    for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) {
      if (const Errno e = (*slots)[cpu].open(); failed(e)) return error(e);
    }
    return PercpuJobLanes(std::move(*slots));
  }

  JobLanes& operator[](unsigned cpu) noexcept { return *slots_[cpu].lanes; }

 private:
  struct Slot {
    JobLanes* lanes = nullptr;

    Slot() = default;
    ~Slot() { percpu_free(lanes); }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

    Errno open() noexcept {
      static_assert(sizeof(JobLanes) % cache_line_bytes == 0, "the manager follows");
      void* block = percpu_alloc(1, sizeof(JobLanes) + imb_get_mb_mgr_size());
      if (block == nullptr) return Errno::enomem;
      IMB_MGR* manager =
          imb_set_pointers_mb_mgr(static_cast<std::uint8_t*>(block) + sizeof(JobLanes), 0, 1);
      init_mb_mgr_auto(manager, nullptr);
      lanes = ::new (block) JobLanes(*manager);
      return imb_get_errno(manager) == 0 ? Errno::ok : Errno::eopnotsupp;
    }
  };

  explicit PercpuJobLanes(Percpu<Slot> slots) noexcept : slots_(std::move(slots)) {}

  Percpu<Slot> slots_;
};

}  // namespace tfm
