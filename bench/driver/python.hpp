// SPDX-License-Identifier: MIT
// Calls the repository's Python packages.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace tfm::bench {

/// A package that is started as `python3 -m MODULE`.
struct PythonPackage {
  const char* folder;    ///< in the source, and the folder's name elsewhere
  const char* program;   ///< in the folder: what must be there
  const char* variable;  ///< of the environment, names another place
  const char* module;
  const char* cannot;  ///< what the user does not get if it fails: "draw a report"
};

/// Replaces this process by `/usr/bin/python3 -P -m MODULE ARGUMENTS…`. If that fails, it prints
/// why and returns an exit code.
int exec_python(const PythonPackage& package, const std::vector<std::string>& arguments);

/// The same in a process of its own. Returns its exit code.
int run_python(const PythonPackage& package, const std::vector<std::string>& arguments);

struct PythonAnswer {
  int code;
  std::string text;  ///< what it printed to stdout
};

/// The same, and keeps what it prints. It is killed once `give_up` returns true; then the code
/// is 1.
PythonAnswer python_answer(const PythonPackage& package, const std::vector<std::string>& arguments,
                           const std::function<bool()>& give_up);

}  // namespace tfm::bench
