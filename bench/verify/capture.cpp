// SPDX-License-Identifier: MIT
#include "bench/verify/capture.hpp"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <array>
#include <utility>

#include "runtime/bytes.hpp"

namespace tfm::bench {
namespace {

constexpr std::uint16_t ethertype_ipv4 = 0x0800, ethertype_ipv6 = 0x86dd;
constexpr std::uint16_t vlan_types[] = {0x8100, 0x88a8, 0x9100};

constexpr int supported[] = {DLT_EN10MB,     DLT_RAW,    DLT_IPV4, DLT_IPV6, DLT_LINUX_SLL,
                             DLT_LINUX_SLL2, DLT_C_HDLC, DLT_NULL, DLT_LOOP};

bool is_supported(int link) noexcept {
  for (int s : supported) {
    if (s == link) return true;
  }
  return false;
}

Bytes after(Bytes frame, std::size_t bytes) noexcept {
  return frame.size() > bytes ? frame.subspan(bytes) : Bytes{};
}

/// The bytes after `header` bytes, if the 16-bit type at `type_at` is IP.
Bytes typed(Bytes frame, std::size_t type_at, std::size_t header) noexcept {
  if (frame.size() < header) return {};
  const std::uint16_t type = load_be16(&frame[type_at]);
  return type == ethertype_ipv4 || type == ethertype_ipv6 ? after(frame, header) : Bytes{};
}

Bytes ethernet(Bytes frame) noexcept {
  constexpr std::size_t addresses = 12, vlan_tag = 4;
  std::size_t type_at = addresses;
  const auto tagged = [&] {
    if (frame.size() < type_at + 2) return false;
    const std::uint16_t type = load_be16(&frame[type_at]);
    return type == vlan_types[0] || type == vlan_types[1] || type == vlan_types[2];
  };
  while (tagged()) type_at += vlan_tag;
  return typed(frame, type_at, type_at + 2);
}

}  // namespace

Bytes ip_packet(int link_type, Bytes frame) noexcept {
  switch (link_type) {
    case DLT_EN10MB:
      return ethernet(frame);
    case DLT_LINUX_SLL:
      return typed(frame, 14, 16);
    case DLT_LINUX_SLL2:
      return typed(frame, 0, 20);
    case DLT_C_HDLC:
      return typed(frame, 2, 4);
    // The header is an address family. Its numbers and byte order depend on the capturing machine,
    // so the IP version is used instead.
    case DLT_NULL:
    case DLT_LOOP:
      return after(frame, 4);
    default:
      return frame;
  }
}

void CaptureReader::Close::operator()(pcap* capture) const noexcept { pcap_close(capture); }

tl::expected<CaptureReader, std::string> CaptureReader::open(const std::filesystem::path& file) {
  const std::string name = file.string();
  std::array<char, PCAP_ERRBUF_SIZE> why{};
  std::FILE* stream = std::fopen(name.c_str(), "rbe");
  if (stream == nullptr)
    return tl::unexpected(fmt::format("{}: cannot be read: {}", name, std::strerror(errno)));
  pcap_t* capture = pcap_fopen_offline(stream, why.data());
  if (capture == nullptr) {
    (void)std::fclose(stream);
    return tl::unexpected(fmt::format("{}: not a whole pcap or pcapng file: {}", name, why.data()));
  }
  const int link = pcap_datalink(capture);
  CaptureReader reader(file, capture, link);
  if (!is_supported(link)) {
    const char* known = pcap_datalink_val_to_name(link);
    return tl::unexpected(fmt::format(
        "{}: link type {} ({}) is not supported. There are: Ethernet, raw IP, Linux cooked, Cisco "
        "HDLC, null, loop",
        name, link, known == nullptr ? "unknown" : known));
  }
  return reader;
}

tl::expected<std::optional<CaptureReader::Packet>, std::string> CaptureReader::next() {
  while (true) {
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    const int got = pcap_next_ex(capture_.get(), &header, &data);
    if (got == PCAP_ERROR_BREAK) return std::nullopt;
    if (got != 1) {
      return tl::unexpected(fmt::format("{}: is truncated after frame {}: {}", file_.string(),
                                        number_, pcap_geterr(capture_.get())));
    }
    ++number_;
    const Bytes ip = ip_packet(link_, {data, header->caplen});
    if (!ip.empty()) return Packet{number_, ip};
  }
}

namespace {

/// Little-endian. The magic number shows the byte order to readers.
void append32(std::string& text, std::uint32_t v) {
  for (unsigned shift = 0; shift < 32; shift += 8) text += static_cast<char>(v >> shift);
}

}  // namespace

CaptureText::CaptureText(std::uint32_t link_type) {
  constexpr std::uint32_t magic = 0xa1b2c3d4, version = 4 << 16 | 2, snaplen = 65535;
  for (std::uint32_t v : {magic, version, 0U, 0U, snaplen, link_type}) append32(text_, v);
}

void CaptureText::add(Bytes packet) {
  const auto length = static_cast<std::uint32_t>(packet.size());
  append32(text_, packets_ / 1000);
  append32(text_, packets_ % 1000 * 1000);
  append32(text_, length);
  append32(text_, length);
  text_.append(reinterpret_cast<const char*>(packet.data()), packet.size());
  ++packets_;
}

}  // namespace tfm::bench
