// SPDX-License-Identifier: MIT
#include "bench/axes/forms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "bench/block.hpp"
#include "bench/words.hpp"
#include "bench/workload_name.hpp"
#include "runtime/algorithm.hpp"

namespace tfm::bench {
namespace {

constexpr std::string_view polluted = "polluted:";
constexpr std::uint64_t most_polluted_kib = 1 << 20;

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

}  // namespace

CanonicalText workload_form(std::string_view text) {
  if (std::string line = no_workload(text); !line.empty()) return tl::unexpected(std::move(line));
  return std::string(text);
}

std::optional<CacheState> cache_state(std::string_view cache) {
  if (cache == "warm") return CacheState{};
  if (cache == "cold") return CacheState{.cold = true};
  if (!cache.starts_with(polluted)) return std::nullopt;
  const auto kib = parse_unsigned(cache.substr(polluted.size()));
  if (!kib || *kib < 1 || *kib > most_polluted_kib) return std::nullopt;
  return CacheState{.polluted_kib = static_cast<unsigned>(*kib)};
}

CanonicalText cache_form(std::string_view text) {
  if (const auto state = cache_state(text)) {
    const unsigned kib = state->polluted_kib;
    return kib == 0 ? std::string(text) : fmt::format("{}{}", polluted, kib);
  }
  return tl::unexpected(fmt::format(
      "\"{}\" is none of \"warm\", \"cold\", and \"polluted:KIB\" with KIB from 1 to {}", text,
      most_polluted_kib));
}

std::optional<unsigned> load_percent(std::string_view load) {
  if (load == "closed") return 0;
  if (!load.ends_with('%')) return std::nullopt;
  const auto percent = parse_unsigned(load.substr(0, load.size() - 1));
  if (!percent || *percent < 1 || *percent > 99) return std::nullopt;
  return static_cast<unsigned>(*percent);
}

CanonicalText load_form(std::string_view text) {
  const auto percent = load_percent(text);
  if (percent) return *percent == 0 ? std::string(text) : fmt::format("{}%", *percent);
  return tl::unexpected(
      fmt::format("\"{}\" is neither \"closed\" nor \"N%\" with N from 1 to 99", text));
}

CanonicalText scratch_form(std::string_view text) {
  try {
    const std::vector<std::uint32_t> users = scratch_users(std::string(text));
    return users.empty() ? std::string(text) : fmt::format("{}", fmt::join(users, "+"));
  } catch (const std::runtime_error& e) {
    return tl::unexpected(std::string(e.what()));
  }
}

std::vector<std::string> algorithm_names() {
  std::vector<std::string> names;
  for (const Algorithm* a : algorithms()) add_once(names, a->name);
  return names;
}

std::vector<std::string> provider_names() {
  std::vector<std::string> names;
  for (const Algorithm* a : algorithms()) add_once(names, a->provider);
  return names;
}

}  // namespace tfm::bench
