// SPDX-License-Identifier: MIT
// A computation in a process of its own, forked from this one: it finds everything that was there,
// and a heap that no computation before it has used.
#pragma once

#include <cstring>
#include <functional>
#include <string>
#include <type_traits>

namespace tfm::bench {

/// Forks; the child calls `f`, and what it returns is returned here. Called where there is one
/// thread only. Throws std::runtime_error with the child's line if `f` threw a std::exception, or
/// with one that says how the child ended.
std::string bytes_from_child(const std::string& whose, const std::function<std::string()>& f);

/// The same for a value whose bytes are all there is.
template <class F>
auto from_child(const std::string& whose, F&& f) {
  using T = std::invoke_result_t<F>;
  static_assert(std::is_trivially_copyable_v<T>);
  const std::string bytes = bytes_from_child(whose, [&] {
    const T value = f();
    return std::string(reinterpret_cast<const char*>(&value), sizeof value);
  });
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

}  // namespace tfm::bench
