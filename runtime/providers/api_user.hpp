// SPDX-License-Identifier: MIT
// What a user of the kernel's crypto API does for each piece, as tcp_ao_hash_skb() and its helpers
// do (net/ipv4/tcp_ao.c, tcp_sigpool.c of Linux 6.12). `AhashRequest` is a kernel's; the functions
// over it are found by its type.
#pragma once

#include "runtime/ahash/scatterlist.hpp"
#include "runtime/algorithm.hpp"
#include "runtime/library/memory.hpp"

namespace tfm {

template <class AhashRequest>
struct ApiUser {
  static AhashRequest& of(void* request) noexcept { return *static_cast<AhashRequest*>(request); }

  static Errno request_init(void* request, Gfp, Owner) noexcept {
    of(request).flags = 0;
    set_callback(of(request), 0, nullptr, nullptr);
    return Errno::ok;
  }

  static Errno init(void* request, void*) noexcept { return ahash_init(of(request)); }

  /// A scatterlist of one entry for each piece.
  static Errno update(void* request, void*, Bytes data) noexcept {
    ahash::Scatterlist list;
    const auto bytes = static_cast<std::uint32_t>(data.size());
    ahash::sg_init_one(list, data.data(), bytes);
    set_crypt(of(request), &list, nullptr, bytes);
    return ahash_update(of(request));
  }

  /// The API writes whole digests: to a buffer (TCP-AO allocates it), and from there what is
  /// wanted.
  template <std::size_t DigestBytes>
  static Errno final(void* request, void*, MutableBytes digest) noexcept {
    std::uint8_t whole[DigestBytes];
    set_crypt(of(request), nullptr, whole, 0);
    if (const Errno e = ahash_final(of(request)); failed(e)) return e;
    library::copy(digest.data(), whole, digest.size());
    return Errno::ok;
  }
};

}  // namespace tfm
