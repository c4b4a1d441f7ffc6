// SPDX-License-Identifier: MIT
// Files that are there whole or not at all: what lets a run be stopped at any moment, resumed,
// sharded and merged by copying.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tfm::bench {

/// Nothing, or one line for the user: what failed, where, why.
using FileResult = tl::expected<void, std::string>;

/// Writes `text` to a temporary beside `path`, syncs it, renames it to `path` and syncs the folder.
/// What was at `path` stays until the rename. On failure the temporary is removed.
[[nodiscard]] FileResult write_whole(const std::filesystem::path& path, std::string_view text);

/// The file's bytes.
[[nodiscard]] tl::expected<std::string, std::string> read_whole(const std::filesystem::path& path);

/// Whether a file of that name is a temporary of write_whole().
[[nodiscard]] bool is_temporary(const std::filesystem::path& name);

/// Removes the temporaries that write_whole() left in `folder` when its process was killed. The
/// caller sees to it that no one is writing there now.
[[nodiscard]] FileResult sweep_temporaries(const std::filesystem::path& folder);

}  // namespace tfm::bench
