// SPDX-License-Identifier: MIT
// How the files of the OpenSSL provider call EVP. What a failure leaves behind is cleared, and the
// error says whether memory was refused.
#pragma once

#include <openssl/err.h>

#include "runtime/gfp.hpp"

namespace tfm {

/// True if gfp refused an OpenSSL allocation during the current EVP call. Many of EVP's failures do
/// not say why.
inline thread_local constinit bool allocation_refused = false;

/// OpenSSL makes an error state for each thread at its first failure, and keeps it until the thread
/// ends. It is made ahead here, so that it is charged to Owner::shared and not to the operation
/// that fails.
inline thread_local constinit bool error_state_made = false;
inline void make_error_state() noexcept {
  const WithGfpScope scope(Gfp::kernel, Owner::shared);
  allocation_refused = false;
  ERR_clear_error();
  error_state_made = !allocation_refused;
}

/// Empties the thread's ring of errors. ERR_clear_error() alone would leave an error's text in its
/// slot, charged to the operation that failed. A static text replaces it.
inline void forget_errors() noexcept {
  static char nothing[] = "";
  for (int slot = 0; slot < ERR_NUM_ERRORS; ++slot) {
    ERR_new();
    ERR_set_error_data(nothing, 0);
  }
  ERR_clear_error();
}

/// Runs EVP calls that return 1 on success. The errors of a failure are forgotten, since they would
/// keep memory; they are not read, since many failures leave none.
template <class Calls>
Errno evp(Calls&& calls) noexcept {
  if (!error_state_made) [[unlikely]]
    make_error_state();
  allocation_refused = false;
  if (calls()) [[likely]]
    return Errno::ok;
  forget_errors();
  return allocation_refused ? Errno::enomem : Errno::eproto;
}

}  // namespace tfm
