// SPDX-License-Identifier: MIT
// A workload's name: PROTOCOL/TRAFFIC.
#pragma once

#include <string>
#include <string_view>

namespace tfm::bench {

/// The reason why the name is not a workload, in one line. Empty if its protocol and its traffic
/// exist.
std::string no_workload(std::string_view name);

}  // namespace tfm::bench
