// SPDX-License-Identifier: MIT
// Functions of a library that is opened late (mimalloc, tcmalloc).
#pragma once

#include <dlfcn.h>

namespace tfm {

/// False if the library has no function of that name.
template <class Function>
bool find(void* library, const char* name, Function*& function) noexcept {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  return function != nullptr;
}

}  // namespace tfm
