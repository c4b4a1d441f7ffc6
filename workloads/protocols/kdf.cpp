// SPDX-License-Identifier: MIT
#include "workloads/protocols/kdf.hpp"

#include "runtime/softirq.hpp"

namespace tfm {
namespace {

/// A transform for one computation. It lies in this object if the algorithm is flat.
class OwnTransform {
 public:
  OwnTransform() = default;
  OwnTransform(const OwnTransform&) = delete;
  OwnTransform& operator=(const OwnTransform&) = delete;
  ~OwnTransform() {
    transform_free(allocated_);
    if (attached_ != nullptr) transform_detach(*attached_);
  }

  Result<Transform*> open(const Algorithm& algorithm, Bytes key) noexcept {
    const Gfp gfp = in_softirq() ? Gfp::atomic : Gfp::kernel;
    if (!algorithm.flat || Transform::bytes(algorithm) > sizeof memory_) {
      auto made = transform_alloc_keyed(algorithm, key, gfp, Owner::request);
      if (made) allocated_ = *made;
      return made;
    }
    if (Errno e = transform_attach(memory_, algorithm, gfp, Owner::request); failed(e))
      return error(e);
    attached_ = reinterpret_cast<Transform*>(memory_);
    if (Errno e = transform_setkey(*attached_, key, gfp); failed(e)) return error(e);
    return attached_;
  }

 private:
  static constexpr std::size_t inline_bytes = 1024;  // the largest is hmac(sha512): 2 x 216

  Transform* attached_ = nullptr;
  Transform* allocated_ = nullptr;
  alignas(64) std::uint8_t memory_[inline_bytes];
};

/// The leftmost digest.size() bytes of the MAC of `message`.
Errno mac_once(const Algorithm& algorithm, Bytes key, Bytes message, MutableBytes digest) noexcept {
  OwnTransform own;
  auto transform = own.open(algorithm, key);
  if (!transform) return transform.error();
  alignas(16) std::uint8_t memory[sizeof(Request) + max_stack_context_bytes];
  const Gfp gfp = in_softirq() ? Gfp::atomic : Gfp::kernel;
  Errno e = request_attach(memory, algorithm, (*transform)->context(), gfp, Owner::request);
  if (failed(e)) return e;
  Request& request = *reinterpret_cast<Request*>(memory);
  e = hash_init(request);
  if (!failed(e)) e = hash_update(request, message);
  if (!failed(e)) e = hash_final(request, digest);
  request_detach(request);
  return e;
}

}  // namespace

KdfInput::KdfInput(const KdfContext& context, std::size_t key_bytes) noexcept
    : bytes_{1, 'T', 'C', 'P', '-', 'A', 'O'} {
  std::uint8_t* to = bytes_ + 7;
  const std::size_t address = address_bytes(context.ipv6);
  for (const Endpoint* end : {&context.source, &context.destination}) {
    std::memcpy(to, end->address.data(), address);
    to += address;
  }
  store_be16(to, context.source.port);
  store_be16(to + 2, context.destination.port);
  store_be32(to + 4, context.source_isn);
  store_be32(to + 8, context.destination_isn);
  store_be16(to + 12, static_cast<std::uint16_t>(key_bytes * 8));
  length_ = static_cast<std::uint8_t>(to + 14 - bytes_);
}

// The RFC says this for AES-128-CMAC; keyed BLAKE2b is treated the same.
Errno condense_master_key(const Algorithm& algorithm, Bytes key, MasterKey& made) noexcept {
  made.bytes = key;
  const bool any_length = algorithm.tmpl == Template::hmac;
  if (any_length || key.size() == algorithm.key_bytes) return Errno::ok;
  constexpr std::array<std::uint8_t, max_digest_bytes> zeros{};
  const MutableBytes to{made.condensed.data(), algorithm.key_bytes};
  made.bytes = to;
  return mac_once(algorithm, {zeros.data(), algorithm.key_bytes}, key, to);
}

Errno derive_with(Request& request, const KdfInput& input, MutableBytes key) noexcept {
  Errno e = hash_init(request);
  if (!failed(e)) e = hash_update(request, input.message());
  return failed(e) ? e : hash_final(request, key);
}

Errno derive_traffic_key(const Algorithm& algorithm, Bytes master_key, const KdfContext& context,
                         MutableBytes key) noexcept {
  if (!algorithm.keyed || key.size() < algorithm.key_bytes ||
      algorithm.key_bytes > algorithm.digest_bytes)
    return Errno::einval;
  MasterKey master;
  if (const Errno e = condense_master_key(algorithm, master_key, master); failed(e)) return e;
  const KdfInput input(context, algorithm.key_bytes);
  return mac_once(algorithm, master.bytes, input.message(), key.first(algorithm.key_bytes));
}

}  // namespace tfm
