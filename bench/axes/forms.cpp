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

constexpr std::uint64_t most_polluted_kib = 1 << 20;

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

}  // namespace

CanonicalText workload_form(std::string_view text) {
  if (std::string line = no_workload(text); !line.empty()) return tl::unexpected(std::move(line));
  return std::string(text);
}

CanonicalText cache_form(std::string_view text) {
  constexpr std::string_view polluted = "polluted:";
  if (text == "warm") return std::string(text);
  if (text.starts_with(polluted)) {
    const auto kib = parse_unsigned(text.substr(polluted.size()));
    if (kib && *kib >= 1 && *kib <= most_polluted_kib) return fmt::format("{}{}", polluted, *kib);
  }
  return tl::unexpected(
      fmt::format("\"{}\" is neither \"warm\" nor \"polluted:KIB\" with KIB from 1 to {}", text,
                  most_polluted_kib));
}

CanonicalText load_form(std::string_view text) {
  if (text == "closed") return std::string(text);
  if (text.ends_with('%')) {
    const auto percent = parse_unsigned(text.substr(0, text.size() - 1));
    if (percent && *percent >= 1 && *percent <= 99) return fmt::format("{}%", *percent);
  }
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
