// SPDX-License-Identifier: MIT
// Shared by the strategies that keep memory for requests between packets (mempool,
// percpu_freelist). A socket owns a transform per direction and uses a cache of pieces. A piece
// holds a request and its scratch. Without a socket, a piece is a request on a clone.
#pragma once

#include "strategies/cloned_operation.hpp"
#include "strategies/piece_caches.hpp"

namespace tfm {

/// `S` is the strategy that derives from this class. Its start() sets the operation's cache and
/// piece, then calls attach(). Its give_back(cpu, op) takes the piece back. `Part` is what a CPU
/// keeps of a cache. fill(part, piece_bytes) prepares the part of a new cache. take() returns a
/// piece, or nullptr if there is none. keep(piece) returns false if the part has enough pieces.
/// take() and keep() are called on that CPU only.
template <class S, class Part>
class CachedRequest {
 public:
  using Caches = PieceCaches<Part>;
  using Cache = typename Caches::Cache;
  using Transient = ClonedOperation<S>;

  struct Socket {
    SocketTransforms transforms;
    Cache* cache = nullptr;
  };

  class Operation {
   public:
    Request& request() noexcept { return *static_cast<Request*>(piece_); }
    std::uint8_t* scratch() noexcept {
      return static_cast<std::uint8_t*>(piece_) + Request::bytes(*request().algorithm);
    }

   protected:
    template <class, class>
    friend class CachedRequest;
    void* piece_;
    Cache* cache_;
  };

  explicit CachedRequest(const StrategyOptions& options) noexcept
      : caches_(options.possible_cpus) {}

  /// Errors: enomem, the provider's; on failure nothing is held. May sleep.
  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    auto cache = caches_.get(Caches::piece_bytes(algorithm, scratch_bytes), Part::fill);
    if (!cache) return error(cache.error());
    auto transforms = SocketTransforms::open(shared_, algorithm, keys);
    if (!transforms) {
      caches_.put(*cache);
      return error(transforms.error());
    }
    return Socket{*transforms, *cache};
  }
  Result<Socket> accept(const Socket& parent, Keys keys) noexcept {
    auto transforms = parent.transforms.accept(keys);
    if (!transforms) return error(transforms.error());
    return Socket{*transforms, Caches::share(parent.cache)};
  }
  Errno rekey(Socket& socket, Keys keys) noexcept { return socket.transforms.rekey(keys); }
  void close(Socket& socket) noexcept {
    socket.transforms.close(shared_);
    caches_.put(socket.cache);
  }
  static void socket_blocks(const Socket& socket, std::vector<Bytes>& blocks) {
    socket.transforms.add_blocks(blocks);
  }

  template <class Operation>
  Errno key(Operation&) noexcept {
    return Errno::ok;
  }
  template <class Operation>
  void end(unsigned cpu, Operation& op) noexcept {
    request_detach(op.request());
    S::give_back(cpu, op);
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

 protected:
  /// Makes the operation's piece a request on the socket's transform.
  /// Errors: enomem: the operation has no piece; the provider's: the piece has been given back.
  template <class Operation>
  static Errno attach(unsigned cpu, Socket& socket, Direction direction, Operation& op) noexcept {
    if (op.piece_ == nullptr) return Errno::enomem;
    Transform& transform = socket.transforms.of(direction);
    const Errno e = request_attach(op.piece_, *transform.algorithm, transform.context(),
                                   Gfp::atomic, Owner::request);
    if (failed(e)) S::give_back(cpu, op);
    return e;
  }

  // `part` is this CPU's.
  static void* take(Part& part) noexcept {
    const WithBhDisabled bh;
    return part.take();
  }
  static void keep_or_free(Part& part, void* piece) noexcept {
    {
      const WithBhDisabled bh;
      if (part.keep(piece)) return;
    }
    gfp_free(piece);
  }

 private:
  SharedTransforms shared_;
  Caches caches_;
};

}  // namespace tfm
