// SPDX-License-Identifier: MIT
#include "workloads/protocols/kdf.hpp"

#include <strings.h>

#include "runtime/softirq.hpp"

namespace tfm {
namespace {

/// A keyed transform for one computation: in this object where the algorithm is flat.
class OwnTransform {
 public:
  explicit OwnTransform(const Algorithm& algorithm) noexcept : algorithm_(algorithm) {}
  OwnTransform(const OwnTransform&) = delete;
  OwnTransform& operator=(const OwnTransform&) = delete;
  ~OwnTransform() {
    transform_free(allocated_);
    ::explicit_bzero(memory_, sizeof memory_);
  }

  Errno open(Bytes key) noexcept {
    const Gfp gfp = in_softirq() ? Gfp::atomic : Gfp::kernel;
    if (algorithm_.flat && algorithm_.transform_init == nullptr &&
        Transform::bytes(algorithm_) <= sizeof memory_) {
      transform_ = ::new (static_cast<void*>(memory_)) Transform{&algorithm_};
      return transform_setkey(*transform_, key, gfp);
    }
    auto made = transform_alloc_keyed(algorithm_, key, gfp, Owner::request);
    if (!made) return made.error();
    transform_ = allocated_ = *made;
    return Errno::ok;
  }

  /// The leftmost digest.size() bytes of the MAC of `message`.
  Errno mac(Bytes message, MutableBytes digest) noexcept {
    alignas(16) std::uint8_t memory[sizeof(Request) + max_request_context_bytes];
    Errno e =
        request_attach(memory, algorithm_, transform_->context(), Gfp::atomic, Owner::request);
    if (failed(e)) return e;
    Request& request = *reinterpret_cast<Request*>(memory);
    e = hash_init(request);
    if (!failed(e)) e = hash_update(request, message);
    if (!failed(e)) e = hash_final(request, digest);
    request_detach(request);
    return e;
  }

 private:
  static constexpr std::size_t inline_bytes = 1024;  // hmac(sha512) takes the most: 2 x 216

  const Algorithm& algorithm_;
  Transform* transform_ = nullptr;
  Transform* allocated_ = nullptr;
  alignas(64) std::uint8_t memory_[inline_bytes];
};

Errno mac_once(const Algorithm& algorithm, Bytes key, Bytes message, MutableBytes digest) noexcept {
  OwnTransform transform(algorithm);
  if (Errno e = transform.open(key); failed(e)) return e;
  return transform.mac(message, digest);
}

}  // namespace

Errno derive_traffic_key(const Algorithm& algorithm, Bytes master_key, const KdfContext& context,
                         MutableBytes key) noexcept {
  if (!algorithm.keyed || key.size() < algorithm.key_bytes ||
      algorithm.key_bytes > algorithm.digest_bytes)
    return Errno::einval;

  // i || Label || Context || Output_Length; one iteration gives the whole key.
  std::uint8_t input[1 + 6 + 2 * 16 + 4 + 8 + 2] = {1, 'T', 'C', 'P', '-', 'A', 'O'};
  std::uint8_t* to = input + 7;
  const std::size_t address = address_bytes(context.ipv6);
  for (const Endpoint* end : {&context.source, &context.destination}) {
    std::memcpy(to, end->address.data(), address);
    to += address;
  }
  store_be16(to, context.source.port);
  store_be16(to + 2, context.destination.port);
  store_be32(to + 4, context.source_isn);
  store_be32(to + 8, context.destination_isn);
  store_be16(to + 12, static_cast<std::uint16_t>(algorithm.key_bytes * 8));
  to += 14;

  // RFC 5926 §3.1.1.2: AES takes 16 bytes; a master key of another length is condensed first.
  std::uint8_t condensed[16];
  const bool condense = algorithm.name.starts_with("cmac") && master_key.size() != sizeof condensed;
  if (condense) {
    constexpr std::uint8_t zero_key[sizeof condensed] = {};
    if (Errno e = mac_once(algorithm, zero_key, master_key, condensed); failed(e)) return e;
    master_key = condensed;
  }
  const Errno e = mac_once(algorithm, master_key, {input, static_cast<std::size_t>(to - input)},
                           key.first(algorithm.key_bytes));
  if (condense) ::explicit_bzero(condensed, sizeof condensed);
  return e;
}

}  // namespace tfm
