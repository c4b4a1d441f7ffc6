// SPDX-License-Identifier: MIT
// null: the harness's own floor, a packet without crypto.
//
// Each thread has one static request, on an algorithm that writes zeros, and one static scratch. A
// packet's cost here is contained in every other row. Without a socket: as with one.
#pragma once

#include "strategies/strategy.hpp"

namespace tfm {

class Null {
 public:
  static constexpr std::string_view name = "null";
  static constexpr std::string_view summary =
      "no crypto: the floor, what the harness itself costs; packets carry zero MACs";
  static constexpr std::string_view without_socket_uses = "nothing, as with a socket";
  static constexpr std::string_view refuses(const Algorithm&, std::size_t scratch_bytes) noexcept {
    return scratch_bytes > max_scratch_bytes ? "the scratch does not fit in the static one" : "";
  }

  static constexpr std::size_t max_scratch_bytes = 65536;

  struct Socket {};

  class Operation {
   public:
    Request& request() noexcept { return own.request; }
    std::uint8_t* scratch() noexcept { return own.scratch; }

   private:
    struct Own {
      Request request;
      std::uint8_t scratch[max_scratch_bytes];
    };
    inline static thread_local constinit Own own{{nullptr, nullptr}, {}};
    friend class Null;
  };

  /// Errors: eopnotsupp for what refuses() refuses.
  Result<Socket> open(const Algorithm& algorithm, Keys, std::size_t scratch_bytes) {
    if (!refuses(algorithm, scratch_bytes).empty()) return error(Errno::eopnotsupp);
    return Socket{};
  }
  Result<Socket> accept(const Socket&, Keys) noexcept { return Socket{}; }
  Errno rekey(Socket&, Keys) noexcept { return Errno::ok; }
  void close(Socket&) noexcept {}

  Errno start(unsigned, Socket&, const Skb&, Operation&) noexcept {
    Operation::own.request.algorithm = &zero_algorithm();
    return Errno::ok;
  }
  Errno without_socket(unsigned cpu, Socket& mkt, Bytes, const Skb& skb, Operation& op) noexcept {
    return start(cpu, mkt, skb, op);
  }
  Errno key(Operation&) noexcept { return Errno::ok; }
  void end(unsigned, Operation&) noexcept {}
};

static_assert(Strategy<Null>);

}  // namespace tfm
