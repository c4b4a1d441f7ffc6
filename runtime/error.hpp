// SPDX-License-Identifier: MIT
// Failure is a value: the kernel's error numbers, and a result that carries one.
#pragma once

#include <string_view>
#include <tl/expected.hpp>

namespace tfm {

/// The errors that strategies and providers return, with the kernel's numbers (errno-base.h up to
/// 34, asm-generic/errno.h above).
enum class [[nodiscard]] Errno : int{
    ok = 0,
    enoent = 2,          ///< no algorithm of that name
    eagain = 11,         ///< not in this way; another may do
    enomem = 12,         ///< an allocation was refused
    ebusy = 16,          ///< the resource is in use
    einval = 22,         ///< a bad argument, such as an id that names no entry
    enospc = 28,         ///< a table or a buffer of fixed size is full
    eproto = 71,         ///< the provider failed for a reason other than memory
    ebadmsg = 74,        ///< the message is not authentic, or malformed
    eopnotsupp = 95,     ///< this strategy or algorithm cannot do that here
    einprogress = 115,   ///< begun; its result comes later
    enokey = 126,        ///< the operation needs a key and none is set
    ekeyrejected = 129,  ///< the key has a length that the algorithm does not take
};

/// The errno's name as the kernel writes it, without the minus sign ("ENOMEM").
constexpr std::string_view name(Errno e) noexcept {
  switch (e) {
    case Errno::ok:
      return "ok";
    case Errno::enoent:
      return "ENOENT";
    case Errno::eagain:
      return "EAGAIN";
    case Errno::enomem:
      return "ENOMEM";
    case Errno::ebusy:
      return "EBUSY";
    case Errno::einval:
      return "EINVAL";
    case Errno::enospc:
      return "ENOSPC";
    case Errno::eproto:
      return "EPROTO";
    case Errno::ebadmsg:
      return "EBADMSG";
    case Errno::eopnotsupp:
      return "EOPNOTSUPP";
    case Errno::einprogress:
      return "EINPROGRESS";
    case Errno::enokey:
      return "ENOKEY";
    case Errno::ekeyrejected:
      return "EKEYREJECTED";
  }
  return "?";
}

constexpr bool failed(Errno e) noexcept { return e != Errno::ok; }

template <class T>
using Result = tl::expected<T, Errno>;

inline auto error(Errno e) noexcept { return tl::unexpected<Errno>(e); }

}  // namespace tfm
