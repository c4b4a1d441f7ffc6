// SPDX-License-Identifier: MIT
// `tfmbench --version`.
#pragma once

#include <string>

namespace tfm::bench {

/// Name and version, revision, compiler with flags, and libraries, a line each, as run.json has
/// them.
std::string version_text();

}  // namespace tfm::bench
