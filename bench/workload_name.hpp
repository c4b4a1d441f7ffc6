// SPDX-License-Identifier: MIT
// A workload's name: PROTOCOL/TRAFFIC.
#pragma once

#include <string>
#include <string_view>

namespace tfm::bench {

/// Why the name is no workload, in one line; empty if its protocol and its traffic exist.
std::string no_workload(std::string_view name);

}  // namespace tfm::bench
