// SPDX-License-Identifier: MIT
#include <cstring>

#include "runtime/gfp.hpp"

namespace tfm {

void gfp_free_sensitive(void* block, std::size_t bytes) noexcept {
  if (block != nullptr) explicit_bzero(block, bytes);
  gfp_free(block);
}

GfpScope& gfp_scope() noexcept {
  thread_local constinit GfpScope scope{};
  return scope;
}

}  // namespace tfm
