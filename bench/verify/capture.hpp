// SPDX-License-Identifier: MIT
// Captures: the IP packets of a file that libpcap reads, whatever their link layer, and files of
// packets for others to read.
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
  /// Errors in one line: missing, no capture, truncated, a link type that is not among these.
  static tl::expected<CaptureReader, std::string> open(const std::filesystem::path& file);

  struct Packet {
    std::uint64_t number;  ///< of the frame in the file, from 1 on, as other tools count
    Bytes ip;              ///< from the IP header on, as far as captured; valid until next()
  };
  /// The next IP packet; nothing at the end; an error in one line where the file breaks off.
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

/// Cuts the link layer off a frame; empty where it carries no IP.
Bytes ip_packet(int link_type, Bytes frame) noexcept;

inline constexpr std::uint32_t raw_ip = 101;  ///< LINKTYPE_RAW: packets begin with an IP header

/// A capture in memory (pcap 2.4) of packets of one link type (LINKTYPE_…), a millisecond apart
/// from the epoch on, so that equal packets make equal files.
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
