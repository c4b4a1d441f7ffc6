// SPDX-License-Identifier: MIT
#include "bench/machine/topology.hpp"

#include <hwloc.h>

#include <algorithm>
#include <memory>
#include <set>
#include <type_traits>

namespace tfm::bench {
namespace {

struct Destroy {
  void operator()(hwloc_topology_t topology) const noexcept { hwloc_topology_destroy(topology); }
};
using Handle = std::unique_ptr<std::remove_pointer_t<hwloc_topology_t>, Destroy>;

Handle make() {
  hwloc_topology_t topology = nullptr;
  return Handle(hwloc_topology_init(&topology) == 0 ? topology : nullptr);
}

std::vector<hwloc_obj_t> objects(hwloc_topology_t topology, hwloc_obj_type_t type) {
  std::vector<hwloc_obj_t> found;
  hwloc_obj_t object = nullptr;
  while ((object = hwloc_get_next_obj_by_type(topology, type, object)) != nullptr) {
    found.push_back(object);
  }
  return found;
}

/// hwloc writes 0 for a count that it cannot read.
template <class T, class Read>
std::optional<T> known(Read value) {
  return value > 0 ? std::optional(static_cast<T>(value)) : std::nullopt;
}

std::string type_word(hwloc_obj_cache_type_t type) {
  if (type == HWLOC_OBJ_CACHE_DATA) return "data";
  return type == HWLOC_OBJ_CACHE_INSTRUCTION ? "instruction" : "unified";
}

std::vector<Cache> caches(hwloc_topology_t topology) {
  std::vector<Cache> found;
  for (const hwloc_obj_type_t type :
       {HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L1ICACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L2ICACHE,
        HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L3ICACHE, HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L5CACHE}) {
    for (const hwloc_obj_t object : objects(topology, type)) {
      const auto& said = object->attr->cache;
      Cache cache{.level = said.depth,
                  .type = type_word(said.type),
                  .bytes = known<std::uint64_t>(said.size),
                  .line_bytes = known<unsigned>(said.linesize),
                  .threads = static_cast<unsigned>(hwloc_bitmap_weight(object->cpuset)),
                  .count = 1};
      const auto same = std::find_if(found.begin(), found.end(), [&](Cache other) {
        other.count = 1;
        return other == cache;
      });
      if (same == found.end()) {
        found.push_back(std::move(cache));
      } else {
        ++same->count;
      }
    }
  }
  return found;
}

std::optional<Topology> loaded(const Handle& handle) {
  const hwloc_topology_t topology = handle.get();
  hwloc_topology_set_icache_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_ALL);
  if (hwloc_topology_load(topology) != 0) return std::nullopt;
  Topology found;
  found.packages = known<unsigned>(hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PACKAGE));
  found.numa_nodes = known<unsigned>(hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE));
  for (const hwloc_obj_t core : objects(topology, HWLOC_OBJ_CORE)) {
    std::vector<unsigned>& threads = found.cores.emplace_back();
    for (int thread = hwloc_bitmap_first(core->cpuset); thread >= 0;
         thread = hwloc_bitmap_next(core->cpuset, thread)) {
      threads.push_back(static_cast<unsigned>(thread));
    }
  }
  found.caches = caches(topology);
  return found;
}

}  // namespace

std::optional<bool> Topology::smt() const {
  if (cores.empty()) return std::nullopt;
  return std::any_of(cores.begin(), cores.end(), [](const auto& core) { return core.size() > 1; });
}

std::vector<unsigned> Topology::one_per_core(std::span<const unsigned> threads) const {
  std::set<std::size_t> taken;
  std::vector<unsigned> first;
  for (const unsigned thread : threads) {
    const auto core = std::find_if(cores.begin(), cores.end(), [&](const auto& of) {
      return std::binary_search(of.begin(), of.end(), thread);
    });
    const bool alone = core == cores.end();
    if (alone || taken.insert(static_cast<std::size_t>(core - cores.begin())).second) {
      first.push_back(thread);
    }
  }
  return first;
}

std::optional<Topology> this_topology() {
  const Handle handle = make();
  if (handle == nullptr) return std::nullopt;
  hwloc_topology_set_flags(handle.get(), HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
  auto found = loaded(handle);
  // hwloc's environment variables can put another machine in the place of this one.
  if (found && hwloc_topology_is_thissystem(handle.get()) == 0) return std::nullopt;
  return found;
}

std::optional<Topology> synthetic_topology(const std::string& description) {
  const Handle handle = make();
  if (handle == nullptr || hwloc_topology_set_synthetic(handle.get(), description.c_str()) != 0) {
    return std::nullopt;
  }
  return loaded(handle);
}

}  // namespace tfm::bench
