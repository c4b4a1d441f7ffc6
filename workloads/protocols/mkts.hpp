// SPDX-License-Identifier: MIT
// The MKTs of a listener (RFC 5925 §3.1): which master key a segment of which peer has. Linux keeps
// them as a list and walks it for every segment that has no established socket
// (__tcp_ao_do_lookup(), net/ipv4/tcp_ao.c). So does this.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>

#include "workloads/protocols/ip.hpp"

namespace tfm {

/// Who an MKT is for. KeyIDs are compared as a host has them: a peer's segments carry `recv_id`.
struct Mkt {
  std::array<std::uint8_t, 16> address{};  ///< IPv4: the first four bytes
  std::uint8_t prefix_bits = 0;            ///< of the address; 0: any peer
  std::uint8_t send_id = 0, recv_id = 0;
};

class Mkts {
 public:
  /// A KeyID, or any.
  using KeyId = std::optional<std::uint8_t>;

  Mkts() = default;
  Mkts(Mkts&&) = default;
  Mkts& operator=(Mkts&&) = default;
  /// A list of thousands must not be freed by recursion.
  ~Mkts() {
    while (first_ != nullptr) first_ = std::move(first_->next);
  }

  /// Adds an MKT before all others. Returns its number; the first is 0.
  std::uint32_t add(const Mkt& mkt) {
    auto node = std::make_unique<Node>();
    node->mkt = mkt;
    node->number = count_;
    node->next = std::move(first_);
    first_ = std::move(node);
    return count_++;
  }
  std::uint32_t count() const noexcept { return count_; }

  /// A node that matches the peer and both KeyIDs, the one added last; nullptr if there is none.
  struct Node;
  const Node* find(const std::uint8_t* peer, KeyId send_id, KeyId recv_id) const noexcept;

  /// As many bytes as a struct tcp_ao_key with two traffic keys of hmac(sha1) takes of a slab.
  struct alignas(64) Node {
    Mkt mkt;
    std::uint32_t number = 0;  ///< add()'s
    std::unique_ptr<Node> next;
    std::uint8_t rest[128] = {};
  };
  static_assert(sizeof(Node) == 192);

 private:
  std::unique_ptr<Node> first_;
  std::uint32_t count_ = 0;
};

/// Whether the first `bits` of two addresses are equal.
inline bool prefix_equal(const std::uint8_t* a, const std::uint8_t* b, unsigned bits) noexcept {
  const unsigned whole = bits / 8, rest = bits % 8;
  if (std::memcmp(a, b, whole) != 0) return false;
  return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

inline const Mkts::Node* Mkts::find(const std::uint8_t* peer, KeyId send_id,
                                    KeyId recv_id) const noexcept {
  for (const Node* node = first_.get(); node != nullptr; node = node->next.get()) {
    const Mkt& mkt = node->mkt;
    if (send_id && mkt.send_id != *send_id) continue;
    if (recv_id && mkt.recv_id != *recv_id) continue;
    if (prefix_equal(peer, mkt.address.data(), mkt.prefix_bits)) return node;
  }
  return nullptr;
}

}  // namespace tfm
