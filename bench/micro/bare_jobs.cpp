// SPDX-License-Identifier: MIT
#include "bench/micro/bare_jobs.hpp"

#include <fmt/format.h>
#include <intel-ipsec-mb.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/machine/simd_state.hpp"
#include "bench/micro/case.hpp"
#include "bench/micro/message.hpp"
#include "runtime/cores.hpp"

namespace tfm::micro {
namespace {

/// HMAC-SHA-1 jobs with one key, which is at most one block long.
class Jobs {
 public:
  explicit Jobs(Bytes key) : manager_(alloc_mb_mgr(0), free_mb_mgr) {
    if (manager_ == nullptr) return;
    init_mb_mgr_auto(manager_.get(), nullptr);
    std::array<std::uint8_t, 64> block{};  // RFC 2104 §2
    std::copy(key.begin(), key.end(), block.begin());
    for (auto& b : block) b ^= 0x36;
    manager_->sha1_one_block(block.data(), ipad_);
    for (auto& b : block) b ^= 0x36 ^ 0x5c;
    manager_->sha1_one_block(block.data(), opad_);
  }
  bool ok() const { return manager_ != nullptr && imb_get_errno(manager_.get()) == 0; }

  /// `mac` is written when the job ends, in flush() at the latest.
  void submit(Bytes text, Mac& mac) {
    IMB_JOB* job = IMB_GET_NEXT_JOB(manager_.get());
    job->cipher_mode = IMB_CIPHER_NULL;
    job->cipher_direction = IMB_DIR_ENCRYPT;
    job->chain_order = IMB_ORDER_HASH_CIPHER;
    job->hash_alg = IMB_AUTH_HMAC_SHA_1;
    job->src = text.data();
    job->hash_start_src_offset_in_bytes = 0;
    job->msg_len_to_hash_in_bytes = text.size();
    job->auth_tag_output = mac.data();
    job->auth_tag_output_len_in_bytes = mac.size();
    job->u.HMAC._hashed_auth_key_xor_ipad = ipad_;
    job->u.HMAC._hashed_auth_key_xor_opad = opad_;
    job = IMB_SUBMIT_JOB_NOCHECK(manager_.get());
    while (job != nullptr) job = IMB_GET_COMPLETED_JOB(manager_.get());
  }
  void flush() {
    while (IMB_FLUSH_JOB(manager_.get()) != nullptr) continue;
  }

 private:
  std::unique_ptr<IMB_MGR, void (*)(IMB_MGR*)> manager_;
  alignas(16) std::uint8_t ipad_[20] = {}, opad_[20] = {};
};

void packets(benchmark::State& state, const Message& message) {
  pin_to_core(static_cast<unsigned>(state.thread_index()));
  Jobs jobs(message.key());
  if (!jobs.ok()) return skip(state, "libipsec-mb cannot be initialised");
  const std::vector<std::uint8_t> text(message.text().begin(), message.text().end());
  const std::vector<std::vector<std::uint8_t>> texts(burst, text);
  std::array<Mac, burst> macs{};
  bench::clean_simd();
  while (state.KeepRunningBatch(burst)) {
    for (unsigned i = 0; i < burst; ++i) jobs.submit(texts[i], macs[i]);
    jobs.flush();
    for (Mac& mac : macs) {
      if (!message.is_right(mac)) return skip(state, "the MAC differs from the reference");
      mac = {};
    }
  }
}

}  // namespace

void register_bare_jobs(const Algorithm& hmac_sha1, std::size_t bytes) {
  register_case(fmt::format("packet/bare/libipsec-mb/{}/{}", hmac_sha1.name, bytes),
                [message = std::make_shared<const Message>(hmac_sha1, bytes)](
                    benchmark::State& state) { packets(state, *message); });
}

}  // namespace tfm::micro
