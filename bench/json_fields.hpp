// SPDX-License-Identifier: MIT
// Reads a JSON object strictly: a missing key, an unknown key or a wrong type is an error.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tfm::bench {

/// Reads the values of an object by key. done() fails if keys were left unread. Errors are
/// std::runtime_error with one line that begins with `what`.
class Fields {
 public:
  Fields(const nlohmann::json& object, std::string_view what) : object_(object), what_(what) {
    if (!object.is_object()) throw std::runtime_error(fmt::format("{} is not an object", what));
  }

  const nlohmann::json& at(std::string_view key) {
    const auto found = object_.find(key);
    if (found == object_.end()) throw std::runtime_error(fmt::format("{} lacks {}", what_, key));
    ++taken_;
    return *found;
  }

  void get(std::string_view key, std::string& value) {
    const nlohmann::json& j = at(key);
    if (!j.is_string()) fail(key, "a string");
    value = j.get<std::string>();
  }
  void get(std::string_view key, double& value) {
    const nlohmann::json& j = at(key);
    if (!j.is_number()) fail(key, "a number");
    value = j.get<double>();
  }
  template <std::integral T>
  void get(std::string_view key, T& value) {
    value = integer<T>(key, at(key));
  }
  void get(std::string_view key, std::vector<std::string>& value) {
    value.clear();
    for (const nlohmann::json& j : list(key)) {
      if (!j.is_string()) fail(key, "a list of strings");
      value.push_back(j.get<std::string>());
    }
  }
  void get(std::string_view key, std::vector<unsigned>& value) {
    value.clear();
    for (const nlohmann::json& j : list(key)) value.push_back(integer<unsigned>(key, j));
  }

  void done() const {
    if (taken_ != object_.size()) {
      throw std::runtime_error(
          fmt::format("{} has {} unknown keys", what_, object_.size() - taken_));
    }
  }

 private:
  [[noreturn]] void fail(std::string_view key, std::string_view right) const {
    throw std::runtime_error(fmt::format("{}: {} is not {}", what_, key, right));
  }
  template <std::integral T>
  T integer(std::string_view key, const nlohmann::json& j) const {
    const bool fits = std::is_unsigned_v<T> ? j.is_number_unsigned() &&
                                                  j.get<std::uint64_t>() <=
                                                      std::uint64_t{std::numeric_limits<T>::max()}
                                            : j.is_number_integer();
    if (!fits) fail(key, fmt::format("an integer of {} bits", 8 * sizeof(T)));
    return j.get<T>();
  }
  const nlohmann::json& list(std::string_view key) {
    const nlohmann::json& j = at(key);
    if (!j.is_array()) fail(key, "a list");
    return j;
  }

  const nlohmann::json& object_;
  std::string_view what_;
  std::size_t taken_ = 0;
};

}  // namespace tfm::bench
