// SPDX-License-Identifier: MIT
#include "bench/result_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view temporary_suffix = ".tfmbench-tmp";

tl::unexpected<std::string> failure(std::string_view what, const fs::path& path, int error) {
  return tl::unexpected(
      fmt::format("cannot {} {}: {}", what, path.string(), std::generic_category().message(error)));
}

class Fd {
 public:
  Fd(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { close(); }

  bool is_open() const { return fd_ >= 0; }
  int get() const { return fd_; }
  /// On NFS or with a quota, a failed write can show only here.
  bool close() {
    const int fd = fd_;
    fd_ = -1;
    return fd < 0 || ::close(fd) == 0;
  }

 private:
  int fd_;
};

/// The errno of the first call that failed, or 0.
int write_and_sync(Fd& fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd.get(), text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  // A FIFO and most devices have nothing to sync.
  if (::fsync(fd.get()) != 0 && errno != EINVAL) return errno;
  return fd.close() ? 0 : errno;
}

/// Whether the path is there and cannot be replaced by a file: a device, a FIFO, a folder.
bool is_no_file(const fs::path& path) {
  struct stat there {};
  return ::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode);
}

/// The path that a chain of symbolic links ends at. It need not exist.
tl::expected<fs::path, std::string> end_of_links(const fs::path& path) {
  constexpr int most_links = 40;  // the kernel's limit, MAXSYMLINKS
  fs::path end = path;
  for (int links = 0; links <= most_links; ++links) {
    std::error_code error;
    if (!fs::is_symlink(end, error)) return end;
    const fs::path next = fs::read_symlink(end, error);
    if (error) return failure("read", end, error.value());
    end = end.parent_path() / next;
  }
  return failure("write", path, ELOOP);
}

FileResult write_into(const fs::path& path, std::string_view text) {
  Fd fd(path, O_WRONLY);
  const int error = fd.is_open() ? write_and_sync(fd, text) : errno;
  if (error != 0) return failure("write", path, error);
  return {};
}

/// `path` is no symbolic link.
FileResult replace(const fs::path& path, std::string_view text) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  // The process id separates two writers of the same name. A file of an earlier process with the
  // same id is a leftover, so it can be removed.
  const fs::path temporary =
      folder / fmt::format(".{}.{}{}", path.filename().string(), ::getpid(), temporary_suffix);
  ::unlink(temporary.c_str());
  Fd fd(temporary, O_WRONLY | O_CREAT | O_EXCL);
  if (!fd.is_open()) return failure("write", path, errno);
  int error = write_and_sync(fd, text);
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    return failure("write", path, error);
  }
  // The rename itself must survive a crash, too.
  const Fd directory(folder, O_RDONLY | O_DIRECTORY);
  if (!directory.is_open() || ::fsync(directory.get()) != 0) return failure("sync", folder, errno);
  return {};
}

}  // namespace

FileResult write_whole(const fs::path& path, std::string_view text) {
  if (is_no_file(path)) return write_into(path, text);
  const auto end = end_of_links(path);
  if (!end) return tl::unexpected(end.error());
  return replace(*end, text);
}

tl::expected<std::string, std::string> read_whole(const fs::path& path) {
  const Fd fd(path, O_RDONLY);
  if (!fd.is_open()) return failure("read", path, errno);
  std::string text;
  char piece[1 << 16];
  for (;;) {
    const ssize_t n = ::read(fd.get(), piece, sizeof piece);
    if (n == 0) return text;
    if (n > 0) {
      text.append(piece, static_cast<std::size_t>(n));
    } else if (errno != EINTR) {
      return failure("read", path, errno);
    }
  }
}

bool is_temporary(const fs::path& name) {
  const std::string text = name.string();
  return text.starts_with('.') && text.ends_with(temporary_suffix);
}

FileResult sweep_temporaries(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (is_temporary(it->path().filename())) ::unlink(it->path().c_str());
  }
  if (error) return failure("list", folder, error.value());
  return {};
}

}  // namespace tfm::bench
