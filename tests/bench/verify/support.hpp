// SPDX-License-Identifier: MIT
// Shared by the tests of verify and dump: a temporary folder, captures made byte by byte, and the
// output of a command.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "bench/verify/capture.hpp"
#include "bench/verify/dump.hpp"
#include "bench/verify/verify_pcap.hpp"

namespace tfm::bench::test {

namespace fs = std::filesystem;
using Frame = std::vector<std::uint8_t>;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("tfm_verify_" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(std::string_view name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

inline std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// The frames of a capture of any link type.
inline std::vector<Frame> frames_of(const std::string& path) {
  auto reader = CaptureReader::open(path).value();
  std::vector<Frame> frames;
  while (const auto packet = reader.next().value()) {
    frames.emplace_back(packet->ip.begin(), packet->ip.end());
  }
  return frames;
}

/// A captured frame, which had `length` bytes on the wire.
struct Captured {
  Frame bytes;
  std::size_t length;
};

inline void write_capture(const std::string& path, std::uint32_t link_type,
                          const std::vector<Captured>& frames) {
  std::string text;
  const auto number = [&text](std::uint32_t v) {
    text.append(reinterpret_cast<const char*>(&v), sizeof v);
  };
  for (std::uint32_t v : {0xa1b2c3d4U, 4U << 16 | 2U, 0U, 0U, 262144U, link_type}) number(v);
  for (const Captured& f : frames) {
    number(1);
    number(0);
    number(static_cast<std::uint32_t>(f.bytes.size()));
    number(static_cast<std::uint32_t>(f.length));
    text.append(f.bytes.begin(), f.bytes.end());
  }
  write(path, text);
}

inline void write_capture(const std::string& path, std::uint32_t link_type,
                          const std::vector<Frame>& frames) {
  std::vector<Captured> whole;
  whole.reserve(frames.size());
  for (const Frame& f : frames) whole.push_back({f, f.size()});
  write_capture(path, link_type, whole);
}

struct Printed {
  int code;
  std::string out, err;

  std::string last_line() const {
    const std::size_t end = out.find_last_not_of('\n');
    if (end == std::string::npos) return {};
    const std::size_t start = out.rfind('\n', end);
    return out.substr(start == std::string::npos ? 0 : start + 1,
                      end - (start == std::string::npos ? 0 : start + 1) + 1);
  }
};

template <class F>
Printed run(F&& command) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int code = command();
  std::fflush(stdout);
  std::string out = ::testing::internal::GetCapturedStdout();
  return {code, std::move(out), ::testing::internal::GetCapturedStderr()};
}

inline void expect_bad(const Printed& printed, std::string_view what) {
  EXPECT_EQ(printed.code, 2);
  EXPECT_EQ(printed.out, "");
  EXPECT_EQ(std::count(printed.err.begin(), printed.err.end(), '\n'), 1) << printed.err;
  EXPECT_NE(printed.err.find(what), std::string::npos) << printed.err;
}

inline constexpr const char* key = "s3cret";

inline void make_dump(const std::string& path, const std::string& workload, bool ipv6 = false,
                      std::uint64_t packets = 96, const std::string& algorithm = {},
                      bool omit_options = false) {
  const Printed printed = run([&] {
    return dump({.workload = workload,
                 .pcap = path,
                 .packets = packets,
                 .seed = 1,
                 .key = key,
                 .algorithm = algorithm,
                 .ipv6 = ipv6,
                 .omit_options = omit_options});
  });
  ASSERT_EQ(printed.code, 0) << printed.err;
}

inline Printed check(const std::string& path, const std::string& algorithm = "hmac(sha1)",
                     const std::string& master_key = key, bool omit_options = false) {
  return run([&] { return verify_pcap({path, master_key, algorithm, omit_options}); });
}

}  // namespace tfm::bench::test
