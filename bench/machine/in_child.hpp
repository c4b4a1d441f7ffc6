// SPDX-License-Identifier: MIT
// Runs a computation in a forked process. It has all data of this process, and a heap that no
// earlier computation has used.
#pragma once

#include <cstring>
#include <functional>
#include <string>
#include <type_traits>

namespace tfm::bench {

/// Forks. The child calls `f`, and this function returns the result. The process must have one
/// thread only. Throws std::runtime_error with the child's line if `f` threw a std::exception, or
/// with a line that says how the child ended.
std::string bytes_from_child(const std::string& whose, const std::function<std::string()>& f);

/// The same for a trivially copyable value.
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
