// SPDX-License-Identifier: MIT
// A list of types to iterate over. The lists of strategies and protocols are such lists.
#pragma once

#include <cstddef>
#include <tuple>

namespace tfm {

template <class... Types>
struct TypeList {
  static constexpr std::size_t size = sizeof...(Types);
  template <std::size_t i>
  using At = std::tuple_element_t<i, std::tuple<Types...>>;

  /// Calls f.template operator()<T>() for each type, in order.
  template <class F>
  static void for_each(F&& f) {
    (f.template operator()<Types>(), ...);
  }
};

}  // namespace tfm
