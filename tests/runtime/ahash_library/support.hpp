// SPDX-License-Identifier: MIT
// A transform and a request of 7.x's API.
#pragma once

#include <gtest/gtest.h>

#include "runtime/accounting.hpp"
#include "runtime/ahash_library/ahash.hpp"
#include "runtime/ahash_library/shashes.hpp"
#include "tests/runtime/ahash/support.hpp"

namespace tfm::ahash_library::test {

using ahash::test::flat_digest;
using ahash::test::Pages;
using ahash::test::pattern;

inline const Algorithm& behind_api(std::string_view name) {
  return *find_algorithm(name, "nettle", Api::ahash_library);
}
inline AhashRequest& of(const KeyedRequest& request) {
  return *static_cast<AhashRequest*>((*request).context());
}

}  // namespace tfm::ahash_library::test
