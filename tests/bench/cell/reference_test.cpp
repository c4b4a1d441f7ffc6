// SPDX-License-Identifier: MIT
// The reference is from another provider if there is one, and computes the known answers.
#include "bench/cell/reference.hpp"

#include <array>

#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

TEST(Reference, UsesAnotherProviderIfThereIsOne) {
  bool alone = false;
  for (const Algorithm* a : algorithms()) {
    const auto others = std::count_if(
        algorithms().begin(), algorithms().end(),
        [&](const Algorithm* b) { return b->name == a->name && b->provider != a->provider; });
    const Algorithm& reference = Reference::of(*a);
    EXPECT_EQ(reference.name, a->name);
    EXPECT_EQ(reference.provider != a->provider, others != 0) << a->name << " of " << a->provider;
    alone |= others == 0;
  }
  EXPECT_TRUE(alone) << "only sodium has blake2b-256";
}

// RFC 2202, test case 2.
TEST(Reference, ComputesAKnownAnswerWithOneKeyAfterAnother) {
  const Algorithm& measured = *find_algorithm("hmac(sha1)", "nettle");
  Reference reference(measured, 16);
  const std::vector<std::uint8_t> wrong(20, 1);
  const std::string_view key = "Jefe", text = "what do ya want for nothing?";
  const auto bytes = [](std::string_view s) {
    return Bytes{reinterpret_cast<const std::uint8_t*>(s.data()), s.size()};
  };
  const auto digest = [&](Bytes with) {
    std::array<std::uint8_t, 20> mac{};
    reference.begin(with);
    EXPECT_EQ(hash_init(reference.request()), Errno::ok);
    EXPECT_EQ(hash_update(reference.request(), bytes(text)), Errno::ok);
    EXPECT_EQ(hash_final(reference.request(), mac), Errno::ok);
    return to_hex(mac);
  };
  EXPECT_NE(digest(wrong), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(digest(bytes(key)), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

TEST(Reference, ThrowsIfTheProviderRefusesTheKey) {
  Reference reference(*find_algorithm("cmac(aes128)", "nettle"), 0);
  const std::vector<std::uint8_t> short_key(5, 1);
  EXPECT_THROW(reference.begin(short_key), std::runtime_error);
}

TEST(Reference, KeepsNoMemory) {
  { const Reference first(*find_algorithm("hmac(sha1)", "nettle"), 64); }
  const std::uint64_t before = gfp_accounting()->ledger().total.bytes;
  { const Reference reference(*find_algorithm("hmac(sha1)", "nettle"), 64); }
  EXPECT_EQ(gfp_accounting()->ledger().total.bytes, before);
}

}  // namespace
}  // namespace tfm::bench::test
