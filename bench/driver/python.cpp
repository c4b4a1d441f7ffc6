// SPDX-License-Identifier: MIT
#include "bench/driver/python.hpp"

#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

int cannot(const PythonPackage& package, const std::string& why) {
  std::fflush(stdout);
  fmt::print(stderr, "tfmbench: cannot {}: {}\n", package.cannot, why);
  return 2;
}

}  // namespace

int exec_python(const PythonPackage& package, const std::vector<std::string>& arguments) {
  const char* const given = std::getenv(package.variable);
  std::error_code error;
  const fs::path folder = fs::absolute(
      given != nullptr ? fs::path(given) : fs::path(TFM_SOURCE_DIR) / package.folder, error);
  if (!fs::exists(folder / package.program, error) || folder.filename() != package.folder) {
    return cannot(package, fmt::format("{} is not the folder {}: set {}", folder.string(),
                                       package.folder, package.variable));
  }
  // This python3 must find Debian's modules. A PYTHONPATH of the user could shadow them, so it is
  // replaced. -P keeps the current folder out, too.
  ::setenv("PYTHONPATH", folder.parent_path().c_str(), 1);
  std::vector<std::string> command = {TFM_PYTHON, "-P", "-m", package.module};
  command.insert(command.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (std::string& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::fflush(nullptr);
  ::execv(TFM_PYTHON, argv.data());
  return cannot(package, fmt::format("{}: {}", TFM_PYTHON, std::generic_category().message(errno)));
}

int run_python(const PythonPackage& package, const std::vector<std::string>& arguments) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return cannot(package, std::generic_category().message(errno));
  if (child == 0) ::_exit(exec_python(package, arguments));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace tfm::bench
