// SPDX-License-Identifier: MIT
// A transform and a request of the API's own, with a scatterlist of the test's choice.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

#include "runtime/accounting.hpp"
#include "runtime/ahash/ahash.hpp"
#include "runtime/ahash/templates.hpp"
#include "runtime/keyed_request.hpp"

namespace tfm::ahash::test {

inline const Algorithm& behind_api(std::string_view name) {
  return *find_algorithm(name, "nettle", Api::ahash);
}

/// `bytes` that differ.
inline std::vector<std::uint8_t> pattern(std::size_t bytes) {
  std::vector<std::uint8_t> all(bytes);
  for (std::size_t i = 0; i < bytes; ++i) all[i] = static_cast<std::uint8_t>(11 + 31 * i);
  return all;
}

/// The digest without the API.
inline std::vector<std::uint8_t> flat_digest(const Algorithm& a, Bytes key, Bytes text) {
  const auto request = KeyedRequest::create(*find_algorithm(a.name, a.provider), key).value();
  std::vector<std::uint8_t> digest(a.digest_bytes);
  EXPECT_EQ(hash_init(*request), Errno::ok);
  EXPECT_EQ(hash_update(*request, text), Errno::ok);
  EXPECT_EQ(hash_final(*request, digest), Errno::ok);
  return digest;
}

inline AhashRequest& of(Request& request) { return *static_cast<AhashRequest*>(request.context()); }
inline AhashRequest& of(const KeyedRequest& request) { return of(*request); }

/// The algorithms of the kernels' APIs, and of 7.x's library.
inline std::vector<const Algorithm*> of_the_kernels() {
  std::vector<const Algorithm*> all;
  for (const Api api : {Api::ahash, Api::ahash_library, Api::library}) {
    all.insert(all.end(), algorithms(api).begin(), algorithms(api).end());
  }
  return all;
}

/// Pages of memory that lie side by side.
class Pages {
 public:
  explicit Pages(std::size_t count)
      : memory_(static_cast<std::uint8_t*>(std::aligned_alloc(page_bytes, count * page_bytes))) {}
  ~Pages() { std::free(memory_); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  std::uint8_t* at(std::size_t offset) const { return memory_ + offset; }

 private:
  std::uint8_t* memory_;
};

}  // namespace tfm::ahash::test
