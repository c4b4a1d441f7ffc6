// SPDX-License-Identifier: MIT
// The table of the axes as tables of docs/matrices.md.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace tfm::bench {

/// The document with its tables written again: each between a line "<!-- axes_files: NAME -->" and
/// the next "<!-- axes_files: end -->". The error is one line: a table whose place is missing.
tl::expected<std::string, std::string> with_axes_tables(std::string document);

}  // namespace tfm::bench
