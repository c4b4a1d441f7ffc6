// SPDX-License-Identifier: MIT
// The slow path of the strategies that set their keys when the socket opens. A socket owns a
// transform per direction; a keyless algorithm has one transform for all sockets. Each strategy
// decides where a request comes from. Without a socket, it is a request on a clone.
#pragma once

#include "strategies/cloned_operation.hpp"

namespace tfm {

/// `S` is the strategy that derives from this class. Its end() hides the one here, so it says
/// `using KeyedAtOpen::end;`.
template <class S>
class KeyedAtOpen {
 public:
  using Transient = ClonedOperation<S>;

  struct Socket {
    SocketTransforms transforms;
    std::uint32_t scratch_bytes = 0;
  };

  /// Errors: enomem, the provider's; on failure nothing is held. May sleep.
  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    auto transforms = SocketTransforms::open(shared_, algorithm, keys);
    if (!transforms) return error(transforms.error());
    return Socket{*transforms, static_cast<std::uint32_t>(scratch_bytes)};
  }
  Result<Socket> accept(const Socket& parent, Keys keys) noexcept {
    auto transforms = parent.transforms.accept(keys);
    if (!transforms) return error(transforms.error());
    return Socket{*transforms, parent.scratch_bytes};
  }
  Errno rekey(Socket& socket, Keys keys) noexcept { return socket.transforms.rekey(keys); }
  void close(Socket& socket) noexcept { socket.transforms.close(shared_); }
  static void socket_blocks(const Socket& socket, std::vector<Bytes>& blocks) {
    socket.transforms.add_blocks(blocks);
  }

  /// Nothing to set: the request finds the key in its transform.
  template <class Operation>
  Errno key(Operation&) noexcept {
    return Errno::ok;
  }

  static constexpr std::string_view refuses_without_socket(const Algorithm& a) noexcept {
    return no_clone_of(a);
  }
  static unsigned without_socket_allocations(const Algorithm& a, Direction d) noexcept {
    return fast_path_allocations<S>(a, d) + clone_allocations(a);
  }
  /// Errors: eopnotsupp for what refuses_without_socket() refuses; enomem; start()'s.
  Errno without_socket(unsigned cpu, Socket& mkt, Bytes key, const Skb& skb,
                       Transient& op) noexcept {
    return op.start(static_cast<S&>(*this), cpu, mkt, key, skb);
  }
  Errno key(Transient& op) noexcept { return op.key(); }
  void end(unsigned cpu, Transient& op) noexcept { op.end(static_cast<S&>(*this), cpu); }

 private:
  SharedTransforms shared_;
};

}  // namespace tfm
