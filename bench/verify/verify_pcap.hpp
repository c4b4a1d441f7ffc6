// SPDX-License-Identifier: MIT
// `tfmbench verify --pcap`: checks every TCP-AO segment of a capture with the benchmark's own code.
#pragma once

#include <string>

namespace tfm::bench {

struct VerifyPcapOptions {
  std::string pcap;
  std::string master_key;  ///< as text, 1 to 80 bytes
  std::string algorithm;   ///< "hmac(sha1)", or as RFC 9235 spells it: "HMAC-SHA-1-96"
  bool omit_options = false;
};

/// Prints a line for every invalid segment, then `valid N invalid N unknown N`. Returns 0; 1 if a
/// segment is invalid; 4 if no segment could be checked; 2 for bad arguments or a bad file. With 2
/// and 4 there is one line on stderr.
int verify_pcap(const VerifyPcapOptions& options);

}  // namespace tfm::bench
