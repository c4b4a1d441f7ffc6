// SPDX-License-Identifier: MIT
// What strategies' bytes are held against: the same algorithm by another provider wherever there is
// one, on a transform that no strategy owns.
#pragma once

#include <vector>

#include "runtime/keyed_request.hpp"

namespace tfm::bench {

class Reference {
 public:
  /// Throws std::runtime_error if the provider fails.
  Reference(const Algorithm& measured, std::size_t scratch_bytes);

  /// The next digest is keyed with `key` (ignored where the algorithm is keyless).
  void begin(Bytes key);
  Request& request() noexcept { return *request_; }
  std::uint8_t* scratch() noexcept { return scratch_.data(); }

  /// The algorithm of the same name that another provider offers; `measured` itself if none does.
  static const Algorithm& of(const Algorithm& measured) noexcept;

 private:
  KeyedRequest request_;
  std::vector<std::uint8_t> scratch_;
};

}  // namespace tfm::bench
