// SPDX-License-Identifier: MIT
// `tfmbench dump`: writes packets of a workload to a capture, for other tools.
#pragma once

#include <cstdint>
#include <string>

namespace tfm::bench {

inline constexpr std::uint64_t max_dump_packets = 100'000;

struct DumpOptions {
  std::string workload;         ///< PROTOCOL/TRAFFIC: "tcp_md5/bgp_update"
  std::string pcap;             ///< the path to write to, as write_output() does
  std::uint64_t packets = 100;  ///< total, including handshakes; 1 to max_dump_packets
  std::uint64_t seed = 1;
  std::string key;            ///< key of every socket; if empty, keys are drawn and go to PCAP.keys
  std::string algorithm;      ///< if empty, the first that the protocol takes
  bool ipv6 = false;          ///< this flag and the next are refused if they change nothing
  bool omit_options = false;  ///< TCP-AO: the MAC does not cover options other than AO
};

/// Writes packets of several sockets as they are sent, with valid checksums. TCP connections begin
/// with SYN and SYN-ACK. PCAP.keys has one key_line() of the protocol per socket; the lines go to
/// stderr if PCAP is no regular file. What is printed does not mix with a capture on stdout.
/// Returns 0, or 2 with one line on stderr for bad arguments or a file that cannot be written.
int dump(const DumpOptions& options);

}  // namespace tfm::bench
