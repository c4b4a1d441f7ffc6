// SPDX-License-Identifier: MIT
#include "bench/driver/machine_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "bench/machine/short_hash.hpp"
#include "bench/or_null.hpp"

namespace tfm::bench {
namespace {

using nlohmann::json;

json caches_json(const Machine& m) {
  if (!m.topology) return {};
  json caches = json::array();
  for (const Cache& cache : m.topology->caches) {
    caches.push_back({{"level", cache.level},
                      {"type", cache.type},
                      {"bytes", or_null(cache.bytes)},
                      {"line_bytes", or_null(cache.line_bytes)},
                      {"threads", cache.threads},
                      {"count", cache.count}});
  }
  return caches;
}

/// The number of cores, or null if it is not known which threads share one.
json cores_json(const Topology& topology) {
  return topology.cores.empty() ? json() : json(topology.cores.size());
}

}  // namespace

std::string machine_kind(const Machine& m) {
  const Topology topology = m.topology.value_or(Topology());
  const json kind = {{"architecture", m.architecture},
                     {"vendor", or_null(m.cpu.vendor)},
                     {"cpu", or_null(m.cpu.name)},
                     {"family", or_null(m.cpu.family)},
                     {"model", or_null(m.cpu.model)},
                     {"stepping", or_null(m.cpu.stepping)},
                     {"caches", caches_json(m)},
                     {"smt", or_null(topology.smt())},
                     {"kernel", m.kernel}};
  return short_hash(kind.dump());
}

json machine_json(const Machine& m) {
  const Topology topology = m.topology.value_or(Topology());
  json governors = json::object();
  for (const auto& [cpu, governor] : m.governors) {
    governors[fmt::format("{}", cpu)] = or_null(governor);
  }
  return {{"kind", machine_kind(m)},
          {"host", or_null(m.host)},
          {"architecture", m.architecture},
          {"cpu", or_null(m.cpu.name)},
          {"vendor", or_null(m.cpu.vendor)},
          {"family", or_null(m.cpu.family)},
          {"model", or_null(m.cpu.model)},
          {"stepping", or_null(m.cpu.stepping)},
          {"microcode", or_null(m.cpu.microcode)},
          {"packages", or_null(topology.packages)},
          {"numa_nodes", or_null(topology.numa_nodes)},
          {"cores", cores_json(topology)},
          {"threads", m.threads},
          {"smt", or_null(topology.smt())},
          {"caches", caches_json(m)},
          {"memory_bytes", m.memory_bytes},
          {"kernel", m.kernel},
          {"mitigations", or_null(m.mitigations)},
          {"thp", {{"enabled", or_null(m.thp)}, {"defrag", or_null(m.thp_defrag)}}},
          {"governors", governors},
          {"aslr", or_null(m.aslr)},
          {"hypervisor", or_null(m.hypervisor)}};
}

}  // namespace tfm::bench
