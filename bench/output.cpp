// SPDX-License-Identifier: MIT
#include "bench/output.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace tfm::bench {

FileResult stdout_is_open() {
  if (::fcntl(STDOUT_FILENO, F_GETFD) >= 0) return {};
  return tl::unexpected(
      std::string("standard output is closed: give it a file, a pipe or /dev/null"));
}

FileResult flush_stdout() {
  // An earlier write may have failed, too. Its errno is gone.
  const bool lost = std::ferror(stdout) != 0;
  if (std::fflush(stdout) != 0) return tl::unexpected(stdout_failure(errno));
  if (lost) return tl::unexpected(stdout_failure(0));
  return {};
}

std::string stdout_failure(int error) {
  const std::string what = "cannot write to standard output";
  return error == 0 ? what : fmt::format("{}: {}", what, std::generic_category().message(error));
}

bool is_stdout(const std::filesystem::path& path) {
  if (path == "-") return true;
  struct stat named {
  }, out{};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(STDOUT_FILENO, &out) == 0 &&
         named.st_dev == out.st_dev && named.st_ino == out.st_ino;
}

bool is_stream(const std::filesystem::path& path) {
  std::error_code error;
  const auto there = std::filesystem::status(path, error);
  return is_stdout(path) || (exists(there) && !is_regular_file(there) && !is_directory(there));
}

FileResult write_output(const std::filesystem::path& path, std::string_view text) {
  if (!is_stdout(path)) return write_whole(path, text);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
    return tl::unexpected(stdout_failure(errno));
  }
  return flush_stdout();
}

}  // namespace tfm::bench
