// SPDX-License-Identifier: MIT
// The marked pass: turns of packets with marks around their steps, for QEMU's plugin in
// kernel/plugin. It counts and times nothing itself, and is no pass of a matrix: `tfmbench count`
// runs it where the plugin is.
#pragma once

#include <string>

#include "bench/block.hpp"

namespace tfm::bench {

/// What a round says: a line for each turn, in the order taken:
/// @@{"turn":{"name":STRATEGY,"bytes":N,"cache":"flushed"|"warm","packets":N}}.
///
/// A turn sends a packet of each socket, in an order drawn by the seed. Each strategy has three
/// turns: one without marks of a turn, which makes the caches warm; one that begins with emptied
/// caches; a warm one. Each strategy has a process of its own, so that it finds the same heap
/// whatever the others are. The process must have one thread only. Throws std::runtime_error with
/// one line if a cell cannot be made, its bytes are wrong, or a packet is dropped.
std::string run_marked_round(const RoundRequest& request);

}  // namespace tfm::bench
