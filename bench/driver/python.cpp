// SPDX-License-Identifier: MIT
#include "bench/driver/python.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

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
  const int status = wait_for(child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

PythonAnswer python_answer(const PythonPackage& package, const std::vector<std::string>& arguments,
                           const std::function<bool()>& give_up) {
  std::fflush(nullptr);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return {cannot(package, std::generic_category().message(errno)), {}};
  }
  const pid_t child = ::fork();
  if (child < 0) {
    ::close(ends[0]);
    ::close(ends[1]);
    return {cannot(package, std::generic_category().message(errno)), {}};
  }
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::_exit(exec_python(package, arguments));
  }
  ::close(ends[1]);
  PythonAnswer answer{1, {}};
  for (bool killed = false;;) {
    pollfd waits = {ends[0], POLLIN, 0};
    const int ready = ::poll(&waits, 1, 100);
    if (!killed && give_up()) {
      ::kill(child, SIGKILL);
      killed = true;
    }
    if (ready <= 0) continue;
    char piece[4096];
    const ssize_t n = ::read(ends[0], piece, sizeof piece);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    answer.text.append(piece, static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  const int status = wait_for(child);
  if (WIFEXITED(status)) answer.code = WEXITSTATUS(status);
  return answer;
}

}  // namespace tfm::bench
