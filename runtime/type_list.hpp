// SPDX-License-Identifier: MIT
// A list of types to iterate over: what the registration lists of strategies and protocols are.
#pragma once

namespace tfm {

template <class... Types>
struct TypeList {
  /// Calls f.template operator()<T>() for each type, in order.
  template <class F>
  static void for_each(F&& f) {
    (f.template operator()<Types>(), ...);
  }
};

}  // namespace tfm
