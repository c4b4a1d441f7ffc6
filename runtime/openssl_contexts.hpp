// SPDX-License-Identifier: MIT
// How many library contexts (OSSL_LIB_CTX) OpenSSL's algorithms are fetched from. What is fetched
// counts its users in one word: two CPUs that make, clone or begin pass that word's cache line to
// and fro.
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

/// Nothing where none has that name.
constexpr std::optional<OpensslContexts> openssl_contexts_named(std::string_view name) noexcept {
  if (name == openssl_contexts_names[0]) return OpensslContexts::shared;
  if (name == openssl_contexts_names[1]) return OpensslContexts::percpu;
  return std::nullopt;
}

/// Call once, before the providers come up. Under `percpu` a transform, or a keyless request, is of
/// the context of the thread that makes it, whoever uses it: what the slow path makes ahead is of
/// the one CPU that ran it, its transforms for other CPUs included; what the fast path makes is of
/// the CPU that the packet is on. A thread makes its context when it first needs one, in the ledger
/// on the account of all, and leaves it to a later thread when it ends.
void openssl_use(OpensslContexts contexts) noexcept;

}  // namespace tfm
