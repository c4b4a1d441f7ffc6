// SPDX-License-Identifier: MIT
// How the files of the OpenSSL provider call EVP: what a failure leaves behind is cleared, and
// whether memory was refused is told.
#pragma once

#include <openssl/err.h>

#include "runtime/gfp.hpp"

namespace tfm {

/// True once gfp refused an OpenSSL allocation in the current EVP call: many of EVP's failures do
/// not say why.
inline thread_local constinit bool allocation_refused = false;

/// OpenSSL gives each thread an error state at its first failure, kept until the thread ends. Made
/// ahead, it stands on the account of all and not on that of the operation that failed.
inline thread_local constinit bool error_state_made = false;
inline void make_error_state() noexcept {
  const WithGfpScope scope(Gfp::kernel, Owner::shared);
  allocation_refused = false;
  ERR_clear_error();
  error_state_made = !allocation_refused;
}

/// Empties the thread's ring of errors. ERR_clear_error() alone would leave the text that an error
/// carries in its slot, on the account of the operation that failed; a static text puts it out.
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
