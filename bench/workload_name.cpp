// SPDX-License-Identifier: MIT
#include "bench/workload_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "bench/words.hpp"
#include "workloads/registry.hpp"
#include "workloads/traffic/sizes.hpp"

namespace tfm::bench {

std::string no_workload(std::string_view name) {
  const std::vector<std::string> parts = split(name, '/');
  if (parts.size() != 2) {
    return fmt::format("\"{}\" is not a workload: it must be PROTOCOL/TRAFFIC, such as tcp_ao/mtu",
                       name);
  }
  std::vector<std::string> protocols, traffic;
  for_each_protocol([&]<class P>() { protocols.emplace_back(P::name); });
  if (std::find(protocols.begin(), protocols.end(), parts[0]) == protocols.end()) {
    return unknown("protocol", parts[0], protocols);
  }
  if (sizes_named(parts[1])) return {};
  for (const SizesSummary& sizes : sizes_summaries()) {
    const bool family = sizes.name.ends_with("_N");
    traffic.push_back(family ? fmt::format("{} ({})", sizes.name, sizes.summary)
                             : std::string(sizes.name));
  }
  return unknown("traffic", parts[1], traffic);
}

}  // namespace tfm::bench
