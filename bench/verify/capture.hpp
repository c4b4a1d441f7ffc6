// SPDX-License-Identifier: MIT
// Reads captures with libpcap and returns their IP packets, for several link layers. Also writes
// captures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "runtime/algorithm.hpp"

struct pcap;

namespace tfm::bench {

/// Reads Ethernet (VLANs too), raw IP, Linux cooked (v1, v2), Cisco HDLC, null and loop.
class CaptureReader {
 public:
  /// Errors in one line: missing file, not a capture, truncated, another link type.
  static tl::expected<CaptureReader, std::string> open(const std::filesystem::path& file);

  struct Packet {
    std::uint64_t number;  ///< of the frame in the file, from 1, as other tools count
    Bytes ip;              ///< captured bytes from the IP header; valid until next()
  };
  /// The next IP packet, or nothing at the end. Error in one line: the file is truncated.
  tl::expected<std::optional<Packet>, std::string> next();

 private:
  struct Close {
    void operator()(pcap* capture) const noexcept;
  };

  CaptureReader(std::filesystem::path file, pcap* capture, int link)
      : file_(std::move(file)), capture_(capture), link_(link) {}

  std::filesystem::path file_;
  std::unique_ptr<pcap, Close> capture_;
  int link_;
  std::uint64_t number_ = 0;
};

/// The frame without its link layer. Empty if it has no IP packet.
Bytes ip_packet(int link_type, Bytes frame) noexcept;

inline constexpr std::uint32_t raw_ip = 101;  ///< LINKTYPE_RAW: packets begin with an IP header

/// A capture in memory (pcap 2.4), with one link type (LINKTYPE_…). Packets are a millisecond apart
/// and start at the epoch, so that equal packets give equal files.
class CaptureText {
 public:
  explicit CaptureText(std::uint32_t link_type);
  void add(Bytes packet);
  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
  std::uint32_t packets_ = 0;
};

}  // namespace tfm::bench
