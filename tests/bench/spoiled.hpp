// SPDX-License-Identifier: MIT
// A strategy with one error: per_socket_tfm, but a behaviour can spoil each operation. The
// behaviour is chosen at run time, so that the cells are compiled once.
#pragma once

#include "tests/bench/support.hpp"

namespace tfm::bench::test {

/// The base of all behaviours: nothing is wrong. allow() and key() decide whether start and key
/// succeed; spoil() can change the request.
struct Sound {
  virtual ~Sound() = default;
  virtual Errno allow() noexcept { return Errno::ok; }
  virtual Errno key() noexcept { return Errno::ok; }
  virtual void spoil(Request&, const Skb&) noexcept {}
};

class Spoiled {
 public:
  static constexpr std::string_view name = "spoiled";
  static constexpr std::string_view summary = "per_socket_tfm, wrong in one way";
  static constexpr std::string_view without_socket_uses = "what per_socket_tfm uses";
  static constexpr unsigned fast_path_allocations = 1;
  using Socket = PerSocketTfm::Socket;
  using Operation = PerSocketTfm::Operation;
  using Transient = PerSocketTfm::Transient;

  explicit Spoiled(std::unique_ptr<Sound> behaviour = std::make_unique<Sound>())
      : inner_(create<PerSocketTfm>({}).value()), behaviour_(std::move(behaviour)) {}
  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    return inner_->open(algorithm, keys, scratch_bytes);
  }
  Result<Socket> accept(const Socket& parent, Keys keys) noexcept {
    return inner_->accept(parent, keys);
  }
  Errno rekey(Socket& socket, Keys keys) noexcept { return inner_->rekey(socket, keys); }
  void close(Socket& socket) noexcept { inner_->close(socket); }
  static void socket_blocks(const Socket& socket, std::vector<Bytes>& blocks) {
    named.push_back(&socket);
    PerSocketTfm::socket_blocks(socket, blocks);
  }

  Errno start(unsigned cpu, Socket& socket, const Skb& skb, Operation& op) noexcept {
    ++starts;
    if (const Errno e = behaviour_->allow(); failed(e)) return e;
    if (const Errno e = inner_->start(cpu, socket, skb, op); failed(e)) return e;
    ++begun;
    behaviour_->spoil(op.request(), skb);
    return Errno::ok;
  }
  Errno key(Operation&) noexcept { return behaviour_->key(); }
  void end(unsigned cpu, Operation& op) noexcept {
    ++ended;
    inner_->end(cpu, op);
  }

  Errno without_socket(unsigned cpu, Socket& mkt, Bytes key, const Skb& skb,
                       Transient& op) noexcept {
    return inner_->without_socket(cpu, mkt, key, skb, op);
  }
  Errno key(Transient& op) noexcept { return inner_->key(op); }
  void end(unsigned cpu, Transient& op) noexcept { inner_->end(cpu, op); }

  std::uint64_t starts = 0, begun = 0, ended = 0;
  inline static std::vector<const Socket*> named;  ///< the sockets whose blocks were asked for

 private:
  std::unique_ptr<PerSocketTfm> inner_;
  std::unique_ptr<Sound> behaviour_;
};
static_assert(Strategy<Spoiled>);

/// Runs the request on a copy of its algorithm's table with another final().
template <Errno (*Final)(const Algorithm& original, const Skb& skb, void* request, void* transform,
                         MutableBytes digest)>
class WithFinal : public Sound {
 public:
  void spoil(Request& request, const Skb& skb) noexcept override {
    original = request.algorithm;
    packet = skb;
    table = *original;
    table.final = [](void* r, void* t, MutableBytes digest) noexcept {
      return Final(*original, packet, r, t, digest);
    };
    request.algorithm = &table;
  }

 private:
  inline static const Algorithm* original = nullptr;
  inline static Skb packet{};
  inline static Algorithm table{};
};

/// One byte of every MAC is wrong.
inline Errno one_wrong_byte(const Algorithm& original, const Skb&, void* request, void* transform,
                            MutableBytes digest) {
  const Errno e = original.final(request, transform, digest);
  digest.back() ^= 0x01;
  return e;
}

/// Offset of the TCP-AO MAC in the established IPv4 segments of tcp_ao.
inline constexpr std::size_t ao_mac_at = 20 + 36 - 12;

/// Accepts every received packet: the digest is the packet's own MAC.
inline Errno always_verified(const Algorithm& original, const Skb& skb, void* request,
                             void* transform, MutableBytes digest) {
  const Errno e = original.final(request, transform, digest);
  if (skb.direction == Direction::rx) {
    std::copy_n(skb.data + ao_mac_at, digest.size(), digest.begin());
  }
  return e;
}

using OneWrongByte = WithFinal<one_wrong_byte>;
using AlwaysVerified = WithFinal<always_verified>;

/// A cell of a spoiled strategy, with no socket open.
std::unique_ptr<Cell> spoiled_cell(const WorkloadOf<TcpAo>& workload,
                                   std::unique_ptr<Spoiled> strategy);

/// A workload that makes the cell "spoiled" with a new behaviour from `make`. Other cells are the
/// registered ones.
class SpoiledTcpAo : public TypedWorkload<TcpAo> {
 public:
  using Make = std::unique_ptr<Sound> (*)();
  SpoiledTcpAo(const Block& block, Make make);
  Result<std::unique_ptr<Cell>> cell(std::string_view strategy) const override;

 private:
  Make make_;
};

template <class Behaviour>
class SpoiledWorkload : public SpoiledTcpAo {
 public:
  explicit SpoiledWorkload(const Block& block)
      : SpoiledTcpAo(block,
                     []() -> std::unique_ptr<Sound> { return std::make_unique<Behaviour>(); }) {}
};

}  // namespace tfm::bench::test
