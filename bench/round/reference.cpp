// SPDX-License-Identifier: MIT
#include "bench/round/reference.hpp"

#include <stdexcept>

namespace tfm::bench {

const Algorithm& Reference::of(const Algorithm& measured) noexcept {
  for (const Algorithm* a : algorithms()) {
    if (a->name == measured.name && a->provider != measured.provider) return *a;
  }
  return measured;
}

Reference::Reference(const Algorithm& measured, std::size_t scratch_bytes)
    : algorithm_(of(measured)),
      transform_(nullptr),
      request_((Request::bytes(algorithm_) + 7) / 8),
      scratch_(scratch_bytes) {
  auto transform = transform_alloc(algorithm_, Gfp::kernel, Owner::shared);
  if (!transform) throw std::runtime_error("the reference's transform cannot be made");
  transform_ = *transform;
  if (failed(request_attach(request_.data(), algorithm_, transform_->context(), Gfp::kernel,
                            Owner::shared))) {
    transform_free(transform_);
    throw std::runtime_error("the reference's request cannot be made");
  }
}

Reference::~Reference() {
  request_detach(request());
  transform_free(transform_);
}

void Reference::begin(Bytes key) {
  if (!algorithm_.keyed) return;
  if (failed(transform_setkey(*transform_, key, Gfp::kernel))) {
    throw std::runtime_error("the reference refuses a traffic key");
  }
}

}  // namespace tfm::bench
