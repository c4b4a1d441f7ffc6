// SPDX-License-Identifier: MIT
// The table of the axes as the tables in docs/matrices.md.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace tfm::bench {

/// The document with its tables replaced. A table stands between a line "<!-- axes_files: NAME -->"
/// and the next line "<!-- axes_files: end -->". The error is one line: the place of a table is
/// missing.
tl::expected<std::string, std::string> with_axes_tables(std::string document);

}  // namespace tfm::bench
