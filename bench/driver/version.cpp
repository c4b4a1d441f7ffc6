// SPDX-License-Identifier: MIT
#include "bench/driver/version.hpp"

#include <fmt/format.h>

#include <vector>

#include "bench/driver/provenance.hpp"
#include "runtime/cores.hpp"

namespace tfm::bench {

std::string version_text() {
  const Provenance p = provenance(allowed_cores(), std::nullopt, {});
  std::vector<std::string> libraries;
  libraries.reserve(p.libraries.size());
  for (const auto& [name, version] : p.libraries) {
    libraries.push_back(fmt::format("{} {}", name, version));
  }
  return fmt::format("tfmbench {}\nrevision: {}{}\ncompiler: {}, {}, {}\nlibraries: {}",
                     TFM_VERSION, p.git_revision, p.git_dirty ? " with local changes" : "",
                     p.compiler, p.build_type, p.flags, fmt::join(libraries, ", "));
}

}  // namespace tfm::bench
