// SPDX-License-Identifier: MIT
// `tfmbench dump`: a workload's own packets as a capture, for other tools and readers.
#pragma once

#include <cstdint>
#include <string>

namespace tfm::bench {

inline constexpr std::uint64_t max_dump_packets = 100'000;

struct DumpOptions {
  std::string workload;         ///< PROTOCOL/TRAFFIC: "tcp_md5/bgp_update"
  std::string pcap;             ///< the file to write
  std::uint64_t packets = 100;  ///< in all, handshakes included; 1 to max_dump_packets
  std::uint64_t seed = 1;
  std::string key;            ///< every socket's; if empty, keys are drawn and go to PCAP.keys
  std::string algorithm;      ///< if empty, the first that the protocol takes
  bool ipv6 = false;          ///< refused where a protocol has no choice, and so is the next
  bool omit_options = false;  ///< TCP-AO: options other than AO are not in the MAC
};

/// Writes packets of several sockets as they are sent, with right checksums; TCP's begin with SYN
/// and SYN-ACK. PCAP.keys has what the protocol's key_line() says of each socket. Returns 0; 2 for
/// bad arguments or a file that cannot be written, with one line on stderr.
int dump(const DumpOptions& options);

}  // namespace tfm::bench
