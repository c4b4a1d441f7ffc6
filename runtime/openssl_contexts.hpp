// SPDX-License-Identifier: MIT
// How many library contexts (OSSL_LIB_CTX) OpenSSL's algorithms are fetched from. A fetched
// algorithm counts its users in one word. When CPUs make or clone a context, or begin an operation,
// they write that word, and its cache line moves between them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tfm {

enum class OpensslContexts : std::uint8_t {
  shared,  ///< the process's default one, as in most applications
  percpu,  ///< one for each thread, since a thread stands for a CPU
};
inline constexpr std::string_view openssl_contexts_names[] = {"shared", "percpu"};

/// Nothing if there is no such name.
constexpr std::optional<OpensslContexts> openssl_contexts_named(std::string_view name) noexcept {
  if (name == openssl_contexts_names[0]) return OpensslContexts::shared;
  if (name == openssl_contexts_names[1]) return OpensslContexts::percpu;
  return std::nullopt;
}

/// Call it once, before the providers are initialised. With `percpu`, a transform or a keyless
/// request belongs to the library context of the thread that makes it, whichever thread uses it. So
/// all that the slow path makes, also its transforms for other CPUs, belongs to the CPU that ran
/// the slow path. What the fast path makes belongs to the packet's CPU. A thread makes its library
/// context when it first needs one, charged to Owner::shared, and leaves it to a later thread when
/// it ends.
void openssl_use(OpensslContexts contexts) noexcept;

}  // namespace tfm
