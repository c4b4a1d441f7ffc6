// SPDX-License-Identifier: MIT
// Dumped packets, checked by other programs: tcpdump for TCP-MD5, `verify` for TCP-AO.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <set>

#include "tests/bench/verify/support.hpp"

namespace tfm::bench::test {
namespace {

/// What tcpdump prints, one line per packet. tests/run.sh installs tcpdump; without it the tests
/// fail.
std::vector<std::string> tcpdump(const std::string& capture, const std::string& secret) {
  const std::string command = fmt::format("tcpdump -nn -M {} -r {} 2>&1", secret, capture);
  std::FILE* pipe = ::popen(command.c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  std::vector<std::string> lines;
  std::array<char, 4096> line{};
  while (std::fgets(line.data(), line.size(), pipe) != nullptr) {
    const std::string text = line.data();
    if (text.rfind("reading from file", 0) != 0) lines.push_back(text);
  }
  EXPECT_EQ(::pclose(pipe), 0) << "is tcpdump installed? " << (lines.empty() ? "" : lines[0]);
  return lines;
}

bool is_valid(const std::string& line) { return line.find("md5 valid") != std::string::npos; }
bool is_invalid(const std::string& line) {
  return line.find("md5  (invalid)") != std::string::npos;
}

class Tcpdump : public ::testing::TestWithParam<std::tuple<const char*, bool>> {};

TEST_P(Tcpdump, AcceptsEveryMd5SegmentAndRefusesChangedOnes) {
  const auto [traffic, ipv6] = GetParam();
  const Folder folder;
  const std::string file = folder / "a.pcap";
  make_dump(file, fmt::format("tcp_md5/{}", traffic), ipv6);
  const auto right = tcpdump(file, key);
  ASSERT_EQ(right.size(), 96U);
  for (const std::string& line : right) EXPECT_TRUE(is_valid(line)) << line;
  for (const std::string& line : tcpdump(file, "other")) EXPECT_TRUE(is_invalid(line)) << line;

  auto frames = frames_of(file);
  for (Frame& f : frames) f[(ipv6 ? 40 : 20) + 7] ^= 1;  // the sequence number
  write_capture(folder / "b.pcap", 101, frames);
  const auto changed = tcpdump(folder / "b.pcap", key);
  ASSERT_EQ(changed.size(), 96U);
  for (const std::string& line : changed) EXPECT_TRUE(is_invalid(line)) << line;
}

INSTANTIATE_TEST_SUITE_P(All, Tcpdump,
                         ::testing::Combine(::testing::Values("keepalive", "bgp_update", "imix",
                                                              "mtu", "fixed_0", "fixed_1400"),
                                            ::testing::Bool()));

TEST(Dump, VerifyFindsItValid) {
  const Folder folder;
  for (const char* algorithm : {"hmac(sha1)", "hmac(sha256)", "cmac(aes128)", "blake2b-256"}) {
    for (bool ipv6 : {false, true}) {
      for (bool omit : {false, true}) {
        make_dump(folder / "a.pcap", "tcp_ao/imix", ipv6, 200, algorithm, omit);
        const Printed printed = check(folder / "a.pcap", algorithm, key, omit);
        EXPECT_EQ(printed.code, 0);
        EXPECT_EQ(printed.out, "valid 200 invalid 0 unknown 0\n");
        EXPECT_EQ(check(folder / "a.pcap", algorithm, key, !omit).code, 1);
      }
    }
  }
}

TEST(Dump, WritesTheKeysItDrew) {
  const Folder folder;
  const std::string file = folder / "a.pcap";
  const Printed printed = run([&] {
    DumpOptions options;
    options.workload = "tcp_md5/keepalive";
    options.pcap = file;
    options.packets = 96;
    return dump(options);
  });
  ASSERT_EQ(printed.code, 0);
  std::istringstream keys(read(file + ".keys"));
  std::set<std::string> drawn;
  std::string local, remote, secret;
  const auto all = frames_of(file);
  std::size_t sockets = 0;
  while (keys >> local >> remote >> secret) {
    drawn.insert(secret);
    ++sockets;
    std::size_t valid = 0;
    for (const std::string& line : tcpdump(file, secret)) valid += is_valid(line) ? 1 : 0;
    EXPECT_EQ(valid, 96U / 8) << secret;
  }
  EXPECT_EQ(sockets, 8U);
  EXPECT_EQ(drawn.size(), 8U);
}

TEST(Dump, IsTheSameForTheSameSeed) {
  const Folder folder;
  const auto write_with = [&](const char* name, std::uint64_t seed) {
    DumpOptions options;
    options.workload = "tcp_ao/imix";
    options.pcap = folder / name;
    options.packets = 40;
    options.seed = seed;
    EXPECT_EQ(run([&] { return dump(options); }).code, 0);
    return read(folder / name) + read(folder / (std::string(name) + ".keys"));
  };
  EXPECT_EQ(write_with("a", 1), write_with("b", 1));
  EXPECT_NE(write_with("a", 1), write_with("c", 2));
}

TEST(Dump, RefusesFlagsThatWouldDoNothing) {
  const Folder folder;
  const auto code = [&](const std::string& workload, bool ipv6, bool omit_options) {
    DumpOptions options;
    options.workload = workload;
    options.pcap = folder / "x.pcap";
    options.ipv6 = ipv6;
    options.omit_options = omit_options;
    const Printed printed = run([&] { return dump(options); });
    if (printed.code != 0) expect_bad(printed, "leave the flag out");
    return printed.code;
  };
  EXPECT_EQ(code("tcp_ao/mtu", true, true), 0);
  EXPECT_EQ(code("seg6_hmac/mtu", false, false), 0);
  EXPECT_EQ(code("seg6_hmac/mtu", true, false), 2);
  for (const char* protocol : {"tcp_md5", "seg6_hmac", "ah", "esp", "mac80211", "ipcomp"}) {
    EXPECT_EQ(code(std::string(protocol) + "/mtu", false, true), 2) << protocol;
  }
}

TEST(Dump, RefusesBadArguments) {
  const Folder folder;
  const auto with = [&](auto&& change) {
    DumpOptions options;
    options.workload = "tcp_ao/imix";
    options.pcap = folder / "x.pcap";
    options.key = "k";
    change(options);
    Printed printed = run([&] { return dump(options); });
    EXPECT_FALSE(fs::exists(folder / "x.pcap"));
    return printed;
  };
  expect_bad(with([](auto& o) { o.workload = "tcp_ao"; }), "PROTOCOL/TRAFFIC");
  expect_bad(with([](auto& o) { o.workload = "tcp_oa/imix"; }), "tcp_ao");
  expect_bad(with([](auto& o) { o.workload = "tcp_ao/imox"; }), "imix");
  expect_bad(with([](auto& o) { o.workload = "tcp_ao/fixed_1441"; }), "fixed_N");
  expect_bad(with([](auto& o) { o.packets = 0; }), "--packets 0");
  expect_bad(with([](auto& o) { o.packets = max_dump_packets + 1; }), "100000");
  expect_bad(with([](auto& o) { o.key = std::string(81, 'k'); }), "at most 80");
  expect_bad(with([](auto& o) { o.algorithm = "hmac(sha3)"; }), "hmac(sha1)");
  expect_bad(with([](auto& o) { o.algorithm = "md5"; }), "md5: tcp_ao takes hmac(sha1), ");
  expect_bad(with([&](auto& o) { o.pcap = folder / "none/x.pcap"; }), "none/x.pcap");
}

}  // namespace
}  // namespace tfm::bench::test
