// SPDX-License-Identifier: MIT
#include "runtime/ahash_library/driver.hpp"

#include "runtime/library/memory.hpp"

namespace tfm::ahash_library {
namespace {

/// ahash_restore_req().
void restore(AhashRequest& request) noexcept {
  request.complete = request.saved_complete;
  request.data = request.saved_data;
}

/// The list behind what waited.
Scatterlist* behind_head(AhashRequest& request) noexcept {
  Scatterlist* const next = request.head + 1;
  return next->is_chain() ? next->chained() : next;
}

/// ahash_op_done().
void end(void* of, Errno e, Errno (*finish)(AhashRequest&, Errno)) noexcept {
  auto& request = *static_cast<AhashRequest*>(of);
  const auto complete = request.saved_complete;
  void* const data = request.saved_data;
  // A request that had to wait for its place was taken in: the user is told, and more will come.
  if (e != Errno::einprogress) {
    request.flags &= ~ahash::may_sleep;
    e = finish(request, e);
    if (is_pending(e)) return;
  }
  complete(data, e);
}

/// ahash_def_finup_done2().
void final_done(void* of, Errno e) noexcept {
  auto& request = *static_cast<AhashRequest*>(of);
  if (e == Errno::einprogress) return;
  restore(request);
  request.complete(request.data, e);
}

/// ahash_def_finup_finish1().
Errno finish_by_final(AhashRequest& request, Errno e) noexcept {
  if (!failed(e)) {
    request.complete = final_done;
    e = driver_of(request.tfm()).final(request);
    if (is_pending(e)) return e;
  }
  restore(request);
  return e;
}

/// ahash_def_finup_done1().
void update_of_finup_done(void* request, Errno e) noexcept { end(request, e, finish_by_final); }

}  // namespace

Errno ask(AhashRequest& request, Errno (*const& operation)(AhashRequest&) noexcept) noexcept {
  if (has(request.tfm(), ahash::alg_flag::takes_address) || !is_virtual(request)) {
    return operation(request);
  }
  return Errno::eopnotsupp;
}

Errno finish_update(AhashRequest& request, Errno e) noexcept {
  const Ahash& tfm = request.tfm();
  const std::uint32_t kept = kept_of(tfm);
  std::uint8_t& waiting = waiting_of(request, tfm);
  std::uint8_t* const buffer = &waiting - tfm.base.alg->block_bytes;
  const std::uint32_t waited = waiting;
  if (waited != 0) request.source = behind_head(request);
  request.bytes += kept - waited;
  std::uint32_t rest = 0;
  if (is_left_over(e)) {
    rest = left_over(e) + kept;
    e = Errno::ok;
  }
  if (is_virtual(request)) {
    library::copy(buffer, address_of(request) + request.bytes - rest, rest);
  } else {
    ahash::copy_from_list(buffer, request.source, request.bytes - rest, rest);
  }
  waiting = static_cast<std::uint8_t>(rest);
  restore(request);
  return e;
}

Errno finish_finup(AhashRequest& request, Errno e) noexcept {
  const std::uint32_t waited = waiting_of(request, request.tfm());
  if (waited != 0) {
    request.source = request.source->is_last() ? nullptr : behind_head(request);
    request.bytes -= waited;
  }
  restore(request);
  return e;
}

void update_done(void* request, Errno e) noexcept { end(request, e, finish_update); }
void finup_done(void* request, Errno e) noexcept { end(request, e, finish_finup); }

Errno default_finup(AhashRequest& request) noexcept {
  save(request, update_of_finup_done);
  const Errno e = ahash_update(request);
  if (is_pending(e)) return e;
  return finish_by_final(request, e);
}

}  // namespace tfm::ahash_library
