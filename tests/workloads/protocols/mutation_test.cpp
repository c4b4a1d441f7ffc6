// SPDX-License-Identifier: MIT
// Random and mutated packets. Nothing is read outside of them (the sanitizers watch). No packet is
// accepted if a covered byte changed. What is only compressed may become anything.
#include "tests/workloads/protocols/end.hpp"

namespace tfm::test {
namespace {

constexpr int mutations = 20'000;

template <Protocol P>
class Mutation : public ::testing::Test {
 protected:
  /// Calls f(protocol, algorithm) for each IP version, with the first algorithm that P takes.
  template <class F>
  static void for_variants(F&& f) {
    const Algorithm* first = nullptr;
    for (const Algorithm* a : algorithms()) {
      if (first == nullptr && P::supports(*a)) first = a;
    }
    ASSERT_NE(first, nullptr);
    for (const bool ipv6 : {false, true}) {
      if (runs_over<P>(ipv6)) f(P(*first, {.ipv6 = ipv6}), *first);
    }
  }
};
TYPED_TEST_SUITE(Mutation, AllProtocols, ProtocolName);

TYPED_TEST(Mutation, OfACoveredByteIsRefused) {
  constexpr bool authentic = TypeParam::family != Family::compression;
  Rng rng(2385);
  this->for_variants([&](const TypeParam& p, const Algorithm& a) {
    const End<TypeParam> end = end_of(p, a, 2);
    Packet genuine = end.sent(end.built(Direction::rx, 1, 150), Direction::rx);
    unsigned accepted = 0;
    for (int i = 0; i < mutations; ++i) {
      Packet packet = genuine;
      for (std::uint32_t n = 1 + rng.below(4); n > 0; --n) {
        const std::uint32_t at = rng.below(static_cast<std::uint32_t>(packet.size()));
        packet[at] = static_cast<std::uint8_t>(rng.next());
      }
      if (rng.below(4) == 0)
        packet.resize(rng.below(static_cast<std::uint32_t>(packet.size() + 20)));
      const bool taken = end.received(packet, Direction::rx).has_value();
      // Bytes that were cut off count as changed: a mutation may also have drawn a length that
      // fits. seg6's D bit is not covered itself; if it is set, the destination is not covered
      // either.
      for (std::size_t at = 0; taken && authentic && at < genuine.size(); ++at) {
        if (at < packet.size() && packet[at] == genuine[at]) continue;
        ASSERT_FALSE(p.covers(skb_of(genuine, Direction::rx), at) &&
                     (at >= packet.size() || p.covers(skb_of(packet, Direction::rx), at)))
            << to_hex(packet) << "\nmade of\n"
            << to_hex(genuine);
      }
      accepted += taken ? 1 : 0;
    }
    EXPECT_GT(accepted, 0U) << "every mutation changed a covered byte: the test tests nothing";
  });
}

// Random bytes, also behind the front of a genuine packet.
TYPED_TEST(Mutation, ToRandomBytesIsRefused) {
  constexpr bool authentic = TypeParam::family != Family::compression;
  Rng rng(5925);
  this->for_variants([&](const TypeParam& p, const Algorithm& a) {
    const End<TypeParam> end = end_of(p, a, 0);
    Packet genuine = end.sent(end.built(Direction::rx, 0, 150), Direction::rx);
    for (int i = 0; i < mutations; ++i) {
      Packet packet(rng.below(250));
      for (std::uint8_t& byte : packet) byte = static_cast<std::uint8_t>(rng.next());
      const std::size_t front = std::min<std::size_t>(packet.size(), rng.below(80));
      std::copy_n(genuine.begin(), front, packet.begin());
      static_cast<void>(set_ip_length(packet));
      const bool taken = end.received(packet, Direction::rx).has_value();
      ASSERT_FALSE(taken && authentic) << to_hex(packet);
    }
  });
}

}  // namespace
}  // namespace tfm::test
