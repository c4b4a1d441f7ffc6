// SPDX-License-Identifier: MIT
// Every registered protocol, for gtest's typed tests.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "workloads/registry.hpp"

namespace tfm::test {

template <class List>
struct TypesOf;
template <class... T>
struct TypesOf<TypeList<T...>> {
  using type = ::testing::Types<T...>;
};
using AllProtocols = TypesOf<ProtocolList>::type;

/// Names a typed test by its protocol.
struct ProtocolName {
  template <class P>
  static std::string GetName(int) {
    return std::string(P::name);
  }
};

}  // namespace tfm::test
