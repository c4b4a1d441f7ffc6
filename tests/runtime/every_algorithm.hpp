// SPDX-License-Identifier: MIT
// What the tests of all algorithms share: a fixture for each algorithm of every provider, family
// and API, and operations with a transform.
#pragma once

#include <gtest/gtest.h>

#include "runtime/accounting.hpp"
#include "runtime/providers/providers.hpp"
#include "runtime/rng.hpp"
#include "tests/runtime/operation.hpp"

namespace tfm::test {

inline Octets random_octets(Rng& rng, std::size_t length) {
  Octets octets(length);
  for (auto& o : octets) o = static_cast<std::uint8_t>(rng.next());
  return octets;
}

/// A request in memory from gfp, as strategies make them.
class OwnedRequest {
 public:
  OwnedRequest(Transform& transform, Owner owner)
      : memory_(gfp_alloc(Request::bytes(*transform.algorithm), Gfp::atomic, owner)) {
    if (memory_ == nullptr) return;
    status_ =
        request_attach(memory_, *transform.algorithm, transform.context(), Gfp::atomic, owner);
  }
  ~OwnedRequest() {
    if (!failed(status_)) request_detach(get());
    gfp_free(memory_);
  }
  OwnedRequest(const OwnedRequest&) = delete;
  OwnedRequest& operator=(const OwnedRequest&) = delete;

  Errno status() const { return status_; }
  Request& get() const { return *static_cast<Request*>(memory_); }

 private:
  void* memory_;
  Errno status_ = Errno::enomem;
};

inline Result<Octets> operate(Transform& transform, Bytes message) {
  const OwnedRequest request(transform, Owner::request);
  if (failed(request.status())) return error(request.status());
  return operate(request.get(), *transform.algorithm, message);
}

/// The result for the message in hex, or the error's name.
inline std::string outcome(Transform& transform, Bytes message) {
  return shown(operate(transform, message));
}

inline Transform& keyed_transform(const Algorithm& algorithm, Bytes key,
                                  Owner owner = Owner::socket) {
  return *transform_alloc_keyed(algorithm, key, Gfp::kernel, owner).value();
}

/// The algorithms as the kernels' APIs and the kernel's library have them: all but the flat ones.
inline std::vector<const Algorithm*> of_the_kernels_apis() {
  std::vector<const Algorithm*> all;
  for (const Api api : {Api::ahash, Api::ahash_library, Api::library}) {
    all.insert(all.end(), algorithms(api).begin(), algorithms(api).end());
  }
  return all;
}

/// A case for each algorithm; algorithms_test.cpp makes them.
class EveryAlgorithm : public ::testing::TestWithParam<const Algorithm*> {
 protected:
  const Algorithm& algorithm = *GetParam();
  Accounting& accounting = *gfp_accounting();
  Rng rng{7};
};

}  // namespace tfm::test
