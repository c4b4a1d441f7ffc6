// SPDX-License-Identifier: MIT
// RFC 9235's vectors, and the whole of `verify`.
#include <nlohmann/json.hpp>
#include <set>

#include "bench/verify/rfc9235.hpp"
#include "bench/verify/same_packets.hpp"
#include "bench/verify/verify.hpp"
#include "tests/bench/verify/support.hpp"
#include "workloads/registry.hpp"

namespace tfm::bench::test {
namespace {

std::vector<AoVector> vectors() { return read_ao_vectors(rfc9235_json(), "built in").value(); }

const Algorithm& algorithm_of(const AoVector& v, std::string_view provider) {
  EXPECT_EQ(providers_init(), Errno::ok);
  const bool sha1 = v.algorithm == "HMAC-SHA-1-96";
  EXPECT_TRUE(sha1 || v.algorithm == "AES-128-CMAC-96");
  return *find_algorithm(sha1 ? "hmac(sha1)" : "cmac(aes128)", provider);
}

TEST(Rfc9235, FileAndBuiltInVectorsAreTheSame) {
  EXPECT_EQ(read(TFM_SOURCE_DIR "/tests/vectors/rfc9235.json"), rfc9235_json());
  EXPECT_EQ(vectors().size(), 15U);
}

TEST(Rfc9235, AllKeysAndMacsAreReproduced) {
  for (const AoVector& v : vectors()) {
    for (const char* provider : {"nettle", "openssl"})
      EXPECT_EQ(check_ao_vector(v, algorithm_of(v, provider)), std::nullopt);
  }
}

TEST(Rfc9235, EveryErrorIsDetected) {
  for (const AoVector& right : vectors()) {
    const Algorithm& a = algorithm_of(right, "nettle");
    const auto wrong = [&](auto&& change) {
      AoVector v = right;
      change(v);
      return check_ao_vector(v, a).value_or("");
    };
    EXPECT_NE(wrong([](AoVector& v) { v.master_key[0] ^= 1; }).find("traffic key"),
              std::string::npos);
    EXPECT_NE(wrong([](AoVector& v) { v.traffic_key[3] ^= 1; }).find("traffic key"),
              std::string::npos);
    EXPECT_NE(wrong([](AoVector& v) { v.source_isn ^= 1; }).find("traffic key"), std::string::npos);
    EXPECT_NE(wrong([](AoVector& v) { v.mac[11] ^= 1; }).find("MAC"), std::string::npos);
    EXPECT_NE(wrong([](AoVector& v) { v.sne = 1; }).find("MAC"), std::string::npos);
    EXPECT_NE(wrong([](AoVector& v) { v.covers_options = !v.covers_options; }).find("MAC"),
              std::string::npos);
    EXPECT_NE(wrong([](AoVector& v) { v.client_keyid ^= 1, v.server_keyid ^= 1; }).find("packet"),
              std::string::npos);
    EXPECT_NE(wrong([](AoVector& v) { v.packet.resize(30); }).find("packet"), std::string::npos);
    EXPECT_NE(wrong([](AoVector& v) { v.packet.clear(); }).find("packet"), std::string::npos);
  }
}

TEST(Rfc9235, BadFilesAreNamed) {
  const auto error_of = [](std::string_view json) {
    const auto read = read_ao_vectors(json, "x.json");
    return read ? std::string("none") : read.error();
  };
  EXPECT_EQ(error_of("{").rfind("x.json: not a file of TCP-AO vectors: ", 0), 0U);
  EXPECT_NE(error_of("{}").find("vectors"), std::string::npos);
  EXPECT_EQ(error_of(R"({"vectors": []})"), "x.json: holds no vectors");
  auto file = nlohmann::json::parse(rfc9235_json());
  const auto with = [&](const char* name, const nlohmann::json& value) {
    auto changed = file;
    changed["vectors"][3][name] = value;
    return error_of(changed.dump());
  };
  EXPECT_EQ(with("mac", "abc"), "x.json: vector 4: mac is not hex: \"abc\"");
  EXPECT_EQ(with("sne", -1), "x.json: vector 4: sne is not a number from 0 to 4294967295");
  EXPECT_EQ(with("sne", 1e10), "x.json: vector 4: sne is not a number from 0 to 4294967295");
  EXPECT_NE(with("packet", 7).find("vector 4"), std::string::npos);
}

TEST(Verify, FindsNoErrors) {
  const Printed printed = run([] { return verify({}); });
  EXPECT_EQ(printed.code, 0) << printed.out;
  EXPECT_EQ(printed.err, "");
  EXPECT_NE(printed.out.find("TCP-AO vectors: 15 of 15\n"), std::string::npos);
  EXPECT_EQ(printed.out.find("WRONG"), std::string::npos);
}

TEST(Verify, SaysWhichVectorIsWrong) {
  const Folder folder;
  auto file = nlohmann::json::parse(rfc9235_json());
  file["vectors"][2]["mac"] = "000000000000000000000000";
  write(folder / "v.json", file.dump());
  const Printed printed = run([&] { return verify({folder / "v.json"}); });
  EXPECT_EQ(printed.code, 1);
  EXPECT_NE(printed.out.find("WRONG  RFC 9235 4.1.3 with hmac(sha1) of nettle: the MAC is "),
            std::string::npos);
  EXPECT_NE(printed.out.find("WRONG  TCP-AO vectors: 14 of 15"), std::string::npos);
}

TEST(Verify, RefusesBadFiles) {
  const Folder folder;
  expect_bad(run([&] { return verify({folder / "none.json"}); }), "none.json");
  write(folder / "no.json", "not json");
  expect_bad(run([&] { return verify({folder / "no.json"}); }), "no.json: not a file of");
}

TEST(SamePackets, CoverEveryProtocolAndAlgorithm) {
  ASSERT_EQ(providers_init(), Errno::ok);
  std::set<std::string> pairs;
  for_each_protocol([&]<class P>() {
    for (const Algorithm* a : algorithms()) {
      if (P::supports(*a)) pairs.insert(std::string(P::name) + " with " + std::string(a->name));
    }
  });
  for (const SamePackets& o : check_same_packets()) {
    EXPECT_EQ(o.difference, "") << o.checked;
    const std::string front = "same packets: ";
    ASSERT_EQ(o.checked.substr(0, front.size()), front);
    const std::string pair = o.checked.substr(front.size(), o.checked.rfind(": ") - front.size());
    EXPECT_EQ(pairs.erase(pair), 1U) << o.checked;
    EXPECT_EQ(o.checked.find(": 0 from"), std::string::npos) << o.checked;
  }
  EXPECT_TRUE(pairs.empty()) << (pairs.empty() ? "" : *pairs.begin());
}

}  // namespace
}  // namespace tfm::bench::test
