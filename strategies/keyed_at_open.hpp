// SPDX-License-Identifier: MIT
// The slow path of the strategies that set their keys when the socket opens. A socket owns a
// transform per direction; a keyless algorithm has one transform for all sockets. Each strategy
// decides where a request comes from.
#pragma once

#include "strategies/socket_transforms.hpp"

namespace tfm {

class KeyedAtOpen {
 public:
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

 private:
  SharedTransforms shared_;
};

}  // namespace tfm
