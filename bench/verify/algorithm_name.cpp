// SPDX-License-Identifier: MIT
#include "bench/verify/algorithm_name.hpp"

#include <algorithm>
#include <vector>

#include "bench/words.hpp"

namespace tfm::bench {

std::string_view canonical_algorithm(std::string_view name) noexcept {
  if (name == "HMAC-SHA-1-96") return "hmac(sha1)";
  if (name == "AES-128-CMAC-96") return "cmac(aes128)";
  return name;
}

tl::expected<const Algorithm*, std::string> algorithm_named(std::string_view name) {
  const std::string_view wanted = canonical_algorithm(name);
  std::vector<std::string> names;
  for (const Algorithm* a : algorithms()) {
    if (a->name == wanted) return a;
    if (std::find(names.begin(), names.end(), a->name) == names.end()) names.emplace_back(a->name);
  }
  names.emplace_back("HMAC-SHA-1-96");
  names.emplace_back("AES-128-CMAC-96");
  return tl::unexpected(unknown("algorithm", name, names));
}

}  // namespace tfm::bench
