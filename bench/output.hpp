// SPDX-License-Identifier: MIT
// What a command line writes: stdout, and the paths that a user names.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "bench/result_file.hpp"

namespace tfm::bench {

/// Error: stdout is closed. The next file that is opened would take its place, so this comes first.
[[nodiscard]] FileResult stdout_is_open();

/// Ends a command. Error: something that it printed is lost, because the disk is full, say.
[[nodiscard]] FileResult flush_stdout();

/// The line for a failed write to stdout. `error` is an errno; 0: it is not known.
std::string stdout_failure(int error);

/// Whether the path means stdout: it is `-`, or names the file that stdout is (/dev/stdout does).
bool is_stdout(const std::filesystem::path& path);

/// Whether the path means stdout, a device or a FIFO. Such a path has no files beside it.
bool is_stream(const std::filesystem::path& path);

/// Writes to a path that a user named: to stdout if is_stdout(), else as write_whole() does.
[[nodiscard]] FileResult write_output(const std::filesystem::path& path, std::string_view text);

}  // namespace tfm::bench
