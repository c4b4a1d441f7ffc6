// SPDX-License-Identifier: MIT
// A result file is either complete or does not exist. Therefore a run can be stopped at any moment,
// resumed, sharded, and merged by copying files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tfm::bench {

/// `format` of run.json and of round files. Format 1 has no `page_size` and means base pages.
inline constexpr int result_format = 2;

/// The error is one line for the user: what failed, where and why.
using FileResult = tl::expected<void, std::string>;

/// Writes `text` to a temporary file beside `path`, syncs it, renames it to `path` and syncs the
/// folder. An old file at `path` stays until the rename. On failure the temporary file is removed.
/// A symbolic link stays, and its target is written so. A device or a FIFO is written to.
[[nodiscard]] FileResult write_whole(const std::filesystem::path& path, std::string_view text);

/// The file's bytes.
[[nodiscard]] tl::expected<std::string, std::string> read_whole(const std::filesystem::path& path);

/// Whether the name is that of a temporary file of write_whole().
[[nodiscard]] bool is_temporary(const std::filesystem::path& name);

/// Removes the temporary files that write_whole() left in `folder` when its process was killed. The
/// caller ensures that no process is writing there now.
[[nodiscard]] FileResult sweep_temporaries(const std::filesystem::path& folder);

}  // namespace tfm::bench
