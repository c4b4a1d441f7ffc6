// SPDX-License-Identifier: MIT
// The memory that a process can still get on this machine.
#pragma once

#include <cstdint>
#include <filesystem>

namespace tfm::bench {

/// The least of: what the kernel says is available without swapping (MemAvailable), what the limits
/// of its control groups leave (version 2), and its limit of address space (ulimit -v), in bytes. A
/// limit that cannot be read does not count. Files are read below `root`, which is "/" except in
/// tests.
std::uint64_t available_memory(const std::filesystem::path& root = "/");

}  // namespace tfm::bench
