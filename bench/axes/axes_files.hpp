// SPDX-License-Identifier: MIT
// The committed files that are written from the table of the axes.
#pragma once

#include <filesystem>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace tfm::bench {

struct AxesFile {
  std::filesystem::path path;
  std::string text;  ///< what the file must contain
};

/// The files in `source`, a copy of the repository. The error is one line: a document cannot be
/// read, or has no place for a table.
tl::expected<std::vector<AxesFile>, std::string> axes_files(const std::filesystem::path& source);

}  // namespace tfm::bench
