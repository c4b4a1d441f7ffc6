// SPDX-License-Identifier: MIT
#include "bench/axes/combinations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/words.hpp"

namespace tfm::bench {
namespace {

constexpr Pass usual_passes[] = {Pass::timed, Pass::counted};

bool is_usual_pass(Pass pass) {
  return std::find(std::begin(usual_passes), std::end(usual_passes), pass) !=
         std::end(usual_passes);
}

/// `axis` is a name from `needs` or `excludes`. A test checks that these axes exist.
bool is_set(std::string_view axis, const Block& block) { return !find_axis(axis)->is_usual(block); }

bool excludes(const Axis& axis, std::string_view other) {
  return std::any_of(std::begin(axis.excludes), std::end(axis.excludes), [&](const Exclusion& e) {
    const std::vector<std::string> names = names_of(e);
    return std::find(names.begin(), names.end(), other) != names.end();
  });
}

/// Whether a block gets this pass because the axis is set.
bool brings(const Axis& axis, Pass pass) {
  return axis.only == pass && !is_usual_pass(pass) && axis.needs.axes.empty();
}

}  // namespace

std::vector<std::string> names_of(const Exclusion& exclusion) { return split_list(exclusion.axes); }

Passes suited_passes(const Block& block) {
  Passes passes(all_passes.begin(), all_passes.end());
  for (const Axis& axis : axes()) {
    if (!axis.only || axis.is_usual(block)) continue;
    std::erase_if(passes, [&](Pass pass) { return pass != axis.only; });
  }
  const bool all_are_left = passes.size() == all_passes.size();
  return all_are_left ? Passes(std::begin(usual_passes), std::end(usual_passes)) : passes;
}

Passes passes_of(const Axis& axis) {
  if (axis.only) return {*axis.only};
  Passes passes(all_passes.begin(), all_passes.end());
  for (const Axis& other : axes()) {
    if (!excludes(axis, other.name) && !excludes(other, axis.name)) continue;
    std::erase_if(passes, [&](Pass pass) { return brings(other, pass); });
  }
  return passes;
}

std::string excluded(const Block& block) {
  for (const Axis& axis : axes()) {
    if (axis.is_usual(block)) continue;
    if (!axis.needs.axes.empty() && !is_set(axis.needs.axes, block)) {
      return fmt::format("the same as {}={}: {}", axis.name, axis.get(Block{}), axis.needs.reason);
    }
    for (const Exclusion& e : axis.excludes) {
      for (const std::string& other : names_of(e)) {
        if (is_set(other, block)) return std::string(e.reason);
      }
    }
  }
  return {};
}

std::string no_such_round(const Block& block, Pass pass) {
  if (suited_passes(block).contains(pass)) return {};
  for (const Axis& axis : axes()) {
    const bool stands_in_the_way =
        axis.is_usual(block) ? brings(axis, pass) : axis.only && axis.only != pass;
    if (!stands_in_the_way) continue;
    if (axis.only == Pass::counted) {
      return "a block with faults, algorithms or scratch has counted rounds only";
    }
    return fmt::format("a block with {} = {} has no {} rounds", axis.name, axis.get(block),
                       pass_name(pass));
  }
  return fmt::format("such a block has no {} rounds", pass_name(pass));
}

}  // namespace tfm::bench
