// SPDX-License-Identifier: MIT
#include "bench/machine/in_child.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <new>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "runtime/rcu.hpp"

namespace tfm::bench {
namespace {

enum Ending { returned = 0, threw = 1, unheard = 2 };

[[noreturn]] void fail(std::string_view what) {
  throw std::runtime_error(
      fmt::format("cannot {} a child: {}", what, std::generic_category().message(errno)));
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

/// Reads until the writer closes.
std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> piece;
  for (;;) {
    const ssize_t n = ::read(fd, piece.data(), piece.size());
    if (n == 0) return text;
    if (n > 0) {
      text.append(piece.data(), static_cast<std::size_t>(n));
    } else if (errno != EINTR) {
      fail("read from");
    }
  }
}

/// Ends with _exit(), because the exit handlers belong to the parent.
[[noreturn]] void be_child(int fd, pid_t parent, const std::function<std::string()>& f) {
  // A fork does not inherit this setting. The parent could have died before it took effect.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(unheard);
  std::string text;
  Ending ending = returned;
  try {
    text = f();
  } catch (const std::bad_alloc&) {
    text = "out of memory";
    ending = threw;
  } catch (const std::exception& e) {
    text = e.what();
    ending = threw;
  }
  ::_exit(write_all(fd, text) ? ending : unheard);
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail("wait for");
  }
  return status;
}

}  // namespace

std::string bytes_from_child(const std::string& whose, const std::function<std::string()>& f) {
  std::array<int, 2> pipe_ends;
  if (::pipe(pipe_ends.data()) != 0) fail("connect to");
  const auto [read_end, write_end] = pipe_ends;
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(read_end);
    be_child(write_end, parent, f);
  }
  ::close(write_end);
  if (child < 0) {
    ::close(read_end);
    fail("fork");
  }
  const RcuOffline waits;  // the child has inherited the thread as it was before
  std::string text = read_all(read_end);
  ::close(read_end);
  const int status = wait_for(child);
  if (WIFSIGNALED(status)) {
    throw std::runtime_error(
        fmt::format("the process of {} was ended by signal {}", whose, WTERMSIG(status)));
  }
  if (WEXITSTATUS(status) == returned) return text;
  throw std::runtime_error(
      WEXITSTATUS(status) == threw
          ? text
          : fmt::format("the process of {} ended with {}", whose, WEXITSTATUS(status)));
}

}  // namespace tfm::bench
