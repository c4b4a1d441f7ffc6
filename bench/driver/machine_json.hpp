// SPDX-License-Identifier: MIT
// A machine as run.json has it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "bench/machine/machine.hpp"

namespace tfm::bench {

/// The short hash of what must be the same for two machines to be of one kind: architecture, CPU
/// model (vendor, name, family, model, stepping), caches, SMT, and the kernel's release. Shards of
/// a run can be measured on several machines of one kind.
std::string machine_kind(const Machine& machine);

nlohmann::json machine_json(const Machine& machine);

}  // namespace tfm::bench
