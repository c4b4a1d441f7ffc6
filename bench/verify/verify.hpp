// SPDX-License-Identifier: MIT
// `tfmbench verify`: checks the bytes with known answers, RFC 9235's vectors, and the same packets
// from every strategy and provider.
#pragma once

#include <string>

namespace tfm::bench {

struct VerifyOptions {
  std::string vectors;  ///< a file of TCP-AO vectors; if empty, the built-in ones of RFC 9235
};

/// Prints a line for each check. Returns 0; 1 if a check fails; 2 for a bad file, with one line on
/// stderr.
int verify(const VerifyOptions& options);

}  // namespace tfm::bench
