// SPDX-License-Identifier: MIT
// Captures of all kinds: link layers, cut packets, fragments, reused ports, roll-over, broken
// files.
#include <functional>
#include <map>

#include "bench/verify/ao_tracker.hpp"
#include "runtime/bytes.hpp"
#include "runtime/rng.hpp"
#include "tests/bench/verify/support.hpp"
#include "workloads/protocols/tcp_draw.hpp"

namespace tfm::bench::test {
namespace {

constexpr std::uint32_t link_null = 0, link_ethernet = 1, link_raw = 101, link_hdlc = 104,
                        link_loop = 108, link_cooked = 113, link_cooked2 = 276;
constexpr std::size_t total = 48;
constexpr const char* all_valid = "valid 48 invalid 0 unknown 0";

/// A capture in which nothing could be checked must not pass.
void expect_not_judged(const Printed& printed, std::string_view why) {
  EXPECT_EQ(printed.code, 4);
  EXPECT_EQ(std::count(printed.err.begin(), printed.err.end(), '\n'), 1) << printed.err;
  EXPECT_NE(printed.err.find(why), std::string::npos) << printed.err;
}

class VerifyPcap : public ::testing::Test {
 protected:
  void SetUp() override {
    make_dump(folder_ / "v4", "tcp_ao/bgp_update", false, total);
    make_dump(folder_ / "v6", "tcp_ao/bgp_update", true, total);
  }
  std::vector<Frame> frames(bool ipv6 = false) const {
    return frames_of(folder_ / (ipv6 ? "v6" : "v4"));
  }

  Printed check_frames(std::uint32_t link, const std::vector<Frame>& frames) const {
    write_capture(folder_ / "x.pcap", link, frames);
    return check(folder_ / "x.pcap");
  }
  /// Changes one frame of the capture and checks it. Returns the last line of the output.
  std::string with(bool ipv6, std::size_t index, const std::function<void(Frame&)>& change) const {
    auto all = frames(ipv6);
    change(all[index]);
    return check_frames(link_raw, all).last_line();
  }

  Folder folder_;
  static constexpr std::size_t established = 40;  ///< a frame well after all handshakes
};

Frame behind(const Frame& head, const Frame& ip) {
  Frame frame = head;
  frame.insert(frame.end(), ip.begin(), ip.end());
  return frame;
}

TEST_F(VerifyPcap, ReadsEveryLinkLayer) {
  for (bool ipv6 : {false, true}) {
    const std::uint8_t hi = ipv6 ? 0x86 : 0x08, lo = ipv6 ? 0xdd : 0x00;
    Frame addresses(12, 2);
    const auto ether = [&](const Frame& tags) { return behind(behind(addresses, tags), {hi, lo}); };
    const std::pair<std::uint32_t, Frame> links[] = {
        {link_raw, {}},
        {link_ethernet, ether({})},
        {link_ethernet, ether({0x81, 0, 0, 5})},
        {link_ethernet, ether({0x88, 0xa8, 0, 5, 0x81, 0, 0, 6})},
        {link_ethernet, ether({0x91, 0, 0, 5})},
        {link_cooked, behind(Frame(14, 0), {hi, lo})},
        {link_cooked2, behind({hi, lo}, Frame(18, 0))},
        {link_hdlc, {0x0f, 0, hi, lo}},
        {link_null, {static_cast<std::uint8_t>(ipv6 ? 30 : 2), 0, 0, 0}},
        {link_loop, {0, 0, 0, static_cast<std::uint8_t>(ipv6 ? 24 : 2)}}};
    for (const auto& [link, head] : links) {
      std::vector<Frame> all;
      for (const Frame& ip : frames(ipv6)) all.push_back(behind(head, ip));
      if (link == link_ethernet) {
        for (Frame& f : all) f.resize(f.size() + 6);  // padding and checksum
      }
      const Printed printed = check_frames(link, all);
      EXPECT_EQ(printed.code, 0) << link << printed.err;
      EXPECT_EQ(printed.last_line(), all_valid) << link;
      for (Frame& f : all) f.resize(std::min(f.size(), head.size()));
      const Printed nothing = check_frames(link, all);
      EXPECT_EQ(nothing.last_line(), "valid 0 invalid 0 unknown 0") << link;
      expect_not_judged(nothing,
                        "x.pcap: nothing was checked: the capture has no TCP-AO segment\n");
    }
  }
}

TEST_F(VerifyPcap, NamesInvalidFrames) {
  auto all = frames();
  all[established].back() ^= 1;
  const Printed printed = check_frames(link_raw, all);
  EXPECT_EQ(printed.code, 1);
  EXPECT_EQ(printed.out.rfind("invalid: frame 41: ", 0), 0U) << printed.out;
  EXPECT_EQ(printed.last_line(), "valid 47 invalid 1 unknown 0");
}

TEST_F(VerifyPcap, AWrongMasterKeyIsInvalidOrUnknownThroughout) {
  const Printed printed = check(folder_ / "v4", "hmac(sha1)", "other");
  EXPECT_EQ(printed.code, 1);
  EXPECT_EQ(printed.last_line().rfind("valid 0 ", 0), 0U) << printed.last_line();
}

TEST_F(VerifyPcap, ACaptureInWhichNothingCanBeCheckedIsNotJudged) {
  // One ACK without a handshake. Its key is "123".
  const std::string one_ack = TFM_SOURCE_DIR "/tests/bench/verify/captures/one_ack.pcap";
  for (const char* master_key : {"123", "wrongkey"}) {
    const Printed printed = check(one_ack, "hmac(sha1)", master_key);
    EXPECT_EQ(printed.out, "valid 0 invalid 0 unknown 1\n");
    expect_not_judged(printed,
                      "one_ack.pcap: nothing was checked: TCP-AO segments without their "
                      "connection's handshake in the capture: 1; cut segments: 0; capture ");
  }
  auto all = frames();
  const std::vector<Frame> no_handshakes(all.begin() + 16, all.end());
  for (Frame& f : all) f.resize(60);
  expect_not_judged(check_frames(link_raw, all), "capture: 0; cut segments: 48;");
  all.insert(all.end(), no_handshakes.begin(), no_handshakes.end());
  expect_not_judged(check_frames(link_raw, all), "capture: 32; cut segments: 48;");
  all.push_back(frames()[0]);
  const Printed one_valid = check_frames(link_raw, all);
  EXPECT_EQ(one_valid.last_line(), "valid 1 invalid 0 unknown 80");
  EXPECT_EQ(one_valid.code, 0);
  EXPECT_EQ(one_valid.err, "");
}

TEST_F(VerifyPcap, CutPacketsAreUnknown) {
  for (bool ipv6 : {false, true}) {
    const char* one_unknown = "valid 47 invalid 0 unknown 1";
    // A snapshot: in the data, in the options, in the fixed header.
    const std::size_t ip = ipv6 ? 40 : 20;
    for (std::size_t left : {ip + 60, ip + 35, ip + 30, ip + 20, ip + 8, ip}) {
      EXPECT_EQ(with(ipv6, established, [&](Frame& f) { f.resize(left); }), one_unknown) << left;
    }
    // Offload: a length of 0.
    EXPECT_EQ(with(ipv6, established, [&](Frame& f) { f[ipv6 ? 4 : 2] = f[ipv6 ? 5 : 3] = 0; }),
              one_unknown);
  }
}

TEST_F(VerifyPcap, FragmentsCountOnce) {
  const auto more = [](Frame& f) { f[6] |= 0x20; };
  const auto later = [](Frame& f) { f[7] |= 3; };
  EXPECT_EQ(with(false, established, more), "valid 47 invalid 0 unknown 1");
  EXPECT_EQ(with(false, established, later), "valid 47 invalid 0 unknown 0");

  const auto extend = [](Frame& f, const Frame& extension, std::uint8_t kind) {
    f.insert(f.begin() + 40, extension.begin(), extension.end());
    f[6] = kind;
    store_be16(&f[4], static_cast<std::uint16_t>(f.size() - 40));
  };
  const auto fragment = [&](std::uint8_t offset) {
    return with(true, established, [&](Frame& f) { extend(f, {6, 0, 0, offset, 0, 0, 0, 1}, 44); });
  };
  EXPECT_EQ(fragment(0), all_valid) << "an atomic fragment is whole";
  EXPECT_EQ(fragment(1), "valid 47 invalid 0 unknown 1") << "the first of several";
  EXPECT_EQ(fragment(8), "valid 47 invalid 0 unknown 0") << "a later one";
  EXPECT_EQ(with(true, established,
                 [&](Frame& f) {
                   extend(f, {6, 0, 1, 4, 0, 0, 0, 0}, 0);
                 }),
            all_valid)
      << "hop by hop";
  EXPECT_EQ(with(true, established,
                 [&](Frame& f) {
                   extend(f, {6, 0, 4, 1, 0, 0, 0, 0}, 43);
                 }),
            "valid 47 invalid 0 unknown 1")
      << "a routing header with segments left";
}

TEST_F(VerifyPcap, WithoutAHandshakeIsUnknown) {
  // Eight sockets' SYNs come first, then their SYN-ACKs.
  auto all = frames();
  const std::vector<Frame> no_handshakes(all.begin() + 16, all.end());
  EXPECT_EQ(check_frames(link_raw, no_handshakes).last_line(), "valid 0 invalid 0 unknown 32");
  const std::vector<Frame> no_syns(all.begin() + 8, all.end());
  EXPECT_EQ(check_frames(link_raw, no_syns).last_line(), "valid 40 invalid 0 unknown 0")
      << "a SYN-ACK contains both ISNs";
  std::vector<Frame> no_syn_acks = all;
  no_syn_acks.erase(no_syn_acks.begin() + 8, no_syn_acks.begin() + 16);
  EXPECT_EQ(check_frames(link_raw, no_syn_acks).last_line(), "valid 8 invalid 0 unknown 32");
}

TEST_F(VerifyPcap, SegmentsWithoutTheOptionDoNotCount) {
  std::vector<Frame> all = frames();
  make_dump(folder_ / "md5", "tcp_md5/imix", false, total);
  for (const Frame& f : frames_of(folder_ / "md5")) all.push_back(f);
  all.push_back({0x45, 0, 0});
  all.push_back({});
  EXPECT_EQ(check_frames(link_raw, all).last_line(), all_valid);
}

/// A seed that draws the same addresses and ports as seed 1, but other ISNs.
std::uint64_t seed_with_the_same_ends() {
  const TcpDraw first = draw_tcp(1, 0, false);
  for (std::uint64_t seed = 2;; ++seed) {
    const TcpDraw other = draw_tcp(seed, 0, false);
    if (other.local == first.local && other.remote == first.remote) return seed;
  }
}

TEST_F(VerifyPcap, AReusedPairOfEndsStartsAgainAtItsSyn) {
  const auto generation = [&](std::uint64_t seed) {
    DumpOptions options;
    options.workload = "tcp_ao/bgp_update";
    options.pcap = folder_ / "generation";
    options.packets = 10;  // too few for a second socket
    options.seed = seed;
    options.key = key;
    EXPECT_EQ(run([&] { return dump(options); }).code, 0);
    return frames_of(folder_ / "generation");
  };
  const auto first = generation(1);
  const auto second = generation(seed_with_the_same_ends());
  ASSERT_EQ(to_hex({first[0].data() + 12, 12}), to_hex({second[0].data() + 12, 12}));
  ASSERT_NE(load_be32(&first[0][24]), load_be32(&second[0][24]));

  const auto in_turn = [&](std::size_t without) {
    std::vector<Frame> all = first;
    all.insert(all.end(), second.begin() + static_cast<std::ptrdiff_t>(without), second.end());
    all.insert(all.end(), first.begin(), first.end());
    return check_frames(link_raw, all).last_line();
  };
  EXPECT_EQ(in_turn(0), "valid 30 invalid 0 unknown 0");
  EXPECT_EQ(in_turn(1), "valid 29 invalid 0 unknown 0") << "the SYN-ACK suffices";
  EXPECT_EQ(in_turn(2), "valid 20 invalid 8 unknown 0")
      << "without a handshake, the new connection is not detected";
}

TEST_F(VerifyPcap, AForgedSynDoesNotEndAConnection) {
  auto all = frames();
  Frame syn = all[0];
  syn[20 + 7] ^= 1;
  all.insert(all.begin() + 20, syn);
  EXPECT_EQ(check_frames(link_raw, all).last_line(), "valid 48 invalid 1 unknown 0");
}

TEST_F(VerifyPcap, SequenceNumbersRollOver) {
  // In several of these connections the sequence numbers pass 2^32, in both directions.
  make_dump(folder_ / "long", "tcp_ao/mtu", false, 2000);
  std::size_t wrapped = 0;
  std::map<std::string, std::uint32_t> last;
  for (const Frame& f : frames_of(folder_ / "long")) {
    const std::uint32_t sequence = load_be32(&f[24]);
    std::uint32_t& before = last[to_hex({f.data() + 12, 12})];
    wrapped += sequence < before ? 1 : 0;
    before = sequence;
  }
  EXPECT_GE(wrapped, 2U);
  EXPECT_EQ(check(folder_ / "long").last_line(), "valid 2000 invalid 0 unknown 0");
}

TEST_F(VerifyPcap, TakesTheRfcsNames) {
  EXPECT_EQ(check(folder_ / "v4", "HMAC-SHA-1-96").last_line(), all_valid);
  make_dump(folder_ / "cmac", "tcp_ao/imix", false, total, "AES-128-CMAC-96");
  EXPECT_EQ(check(folder_ / "cmac", "AES-128-CMAC-96").last_line(), all_valid);
  EXPECT_EQ(check(folder_ / "cmac", "cmac(aes128)").last_line(), all_valid);
}

TEST_F(VerifyPcap, RefusesBadArgumentsAndFiles) {
  const std::string good = folder_ / "v4";
  expect_bad(check(good, "hmac(sha0)"), "hmac(sha1)");
  expect_bad(check(good, "md5"), "keyed");
  expect_bad(check(good, "hmac(sha1)", ""), "--master-key");
  expect_bad(check(good, "hmac(sha1)", std::string(81, 'k')), "--master-key: 81 bytes");
  expect_bad(check(folder_ / "none"), "No such file");
  expect_bad(check(folder_ / "."), "Is a directory");
  write(folder_ / "text", "this is not a capture");
  expect_bad(check(folder_ / "text"), "not a whole pcap or pcapng file");
  write(folder_ / "empty", "");
  expect_bad(check(folder_ / "empty"), "not a whole pcap or pcapng file");
  const std::string text = read(good);
  write(folder_ / "head", text.substr(0, 10));
  expect_bad(check(folder_ / "head"), "not a whole pcap or pcapng file");
  write(folder_ / "cut", text.substr(0, text.size() - 7));
  expect_bad(check(folder_ / "cut"), "is truncated after frame 47");
  write_capture(folder_ / "usb", 220, frames());
  expect_bad(check(folder_ / "usb"), "link type 220");
}

/// With any contents, frames are counted or skipped. Nothing is read outside of a frame, and the
/// exit code is 0, 1 or 4.
TEST_F(VerifyPcap, SurvivesMutatedCaptures) {
  Rng rng(9235);
  for (int i = 0; i < 150; ++i) {
    auto all = frames(i % 2 == 1);
    std::vector<Captured> captured;
    for (Frame& f : all) {
      const std::size_t length = f.size();
      for (std::uint32_t n = rng.below(3); n > 0; --n)
        f[rng.below(static_cast<std::uint32_t>(f.size()))] = static_cast<std::uint8_t>(rng.next());
      if (rng.below(4) == 0) f.resize(rng.below(static_cast<std::uint32_t>(f.size())));
      captured.push_back({f, length});
    }
    constexpr std::uint32_t links[] = {link_raw,    link_raw,     link_ethernet, link_null,
                                       link_cooked, link_cooked2, link_hdlc,     link_loop};
    write_capture(folder_ / "x.pcap", links[rng.below(8)], captured);
    const Printed printed = check(folder_ / "x.pcap");
    ASSERT_TRUE(printed.code == 0 || printed.code == 1 || printed.code == 4) << printed.err;
  }
}

TEST(AoTracker, RefusesAPacketWithoutASegment) {
  AoTracker tracker(*find_algorithm("hmac(sha1)", "nettle"), "key", true);
  PlainPacket packet;
  for (const std::size_t length : {0, 40}) {
    packet.bytes.assign(length, 0);
    const auto verdict = tracker.check(packet);
    ASSERT_FALSE(verdict);
    EXPECT_EQ(verdict.error(), Errno::einval);
  }
}

TEST_F(VerifyPcap, SurvivesMutatedFiles) {
  Rng rng(2104);
  const std::string good = read(folder_ / "v4");
  for (int i = 0; i < 300; ++i) {
    std::string bad = good.substr(0, 2000);
    for (std::uint32_t n = 1 + rng.below(6); n > 0; --n)
      bad[rng.below(rng.below(2) == 0 ? 100 : 2000)] = static_cast<char>(rng.next());
    write(folder_ / "x.pcap", bad);
    const int code = check(folder_ / "x.pcap").code;
    ASSERT_TRUE((code >= 0 && code <= 2) || code == 4) << code;
  }
}

}  // namespace
}  // namespace tfm::bench::test
