// SPDX-License-Identifier: MIT
#include "bench/driver/child.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace tfm::bench {
namespace {

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }
  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

tl::unexpected<std::string> failure(std::string_view what) {
  return tl::unexpected(fmt::format("cannot {}: {}", what, std::generic_category().message(errno)));
}

/// Writes the request to a file in memory. Unlike a pipe, it takes any length without a reader.
bool fill(const Fd& file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(file.get(), text.data(), text.size());
    if (n < 0 && errno != EINTR) return false;
    if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
  }
  return ::lseek(file.get(), 0, SEEK_SET) == 0;
}

/// Runs in the child: makes only calls that are safe after fork().
[[noreturn]] void become(const char* executable, const char* out, int request, int errors,
                         pid_t parent, const sigset_t& signals) {
  // The parent could have died before prctl() took effect.
  const bool bound = ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent;
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (bound && nowhere >= 0 && ::dup2(request, STDIN_FILENO) >= 0 &&
      ::dup2(nowhere, STDOUT_FILENO) >= 0 && ::dup2(errors, STDERR_FILENO) >= 0 &&
      ::sigprocmask(SIG_SETMASK, &signals, nullptr) == 0) {
    ::execl(executable, executable, "--out", out, static_cast<char*>(nullptr));
  }
  // stderr is perhaps not set up yet, so the exit code reports the failure.
  ::_exit(127);
}

/// Splits the text from a pipe into lines.
class Lines {
 public:
  /// Reads what is available now. Returns false at the end of the pipe.
  bool read(int fd, const std::function<void(const std::string&)>& on_line) {
    char piece[4096];
    for (;;) {
      const ssize_t n = ::read(fd, piece, sizeof piece);
      if (n < 0) return errno == EAGAIN || errno == EINTR;
      if (n == 0) return false;
      for (const char c : std::string_view(piece, static_cast<std::size_t>(n))) {
        if (c != '\n') {
          line_ += c;
        } else {
          flush(on_line);
        }
      }
    }
  }
  void flush(const std::function<void(const std::string&)>& on_line) {
    if (!line_.empty()) on_line(line_);
    line_.clear();
  }

 private:
  std::string line_;
};

}  // namespace

Interrupts::Interrupts() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &signals, &before_);
  fd_ = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

Interrupts::~Interrupts() {
  if (fd_ >= 0) ::close(fd_);
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

bool Interrupts::pending() {
  signalfd_siginfo signal;
  while (::read(fd_, &signal, sizeof signal) == sizeof signal) seen_ = true;
  return seen_;
}

bool Interrupts::wait_a_second() {
  pollfd signals = {fd_, POLLIN, 0};
  if (!pending()) ::poll(&signals, 1, 1000);
  return pending();
}

OrLine<ChildEnd> run_child(const std::filesystem::path& executable,
                           const std::filesystem::path& out, const std::string& request,
                           std::chrono::seconds limit, Interrupts& interrupts,
                           const std::function<void(const std::string&)>& on_line,
                           const std::function<void()>& on_tick) {
  const Fd input(::memfd_create("request", MFD_CLOEXEC));
  if (input.get() < 0 || !fill(input, request)) return failure("pass on a request");
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) return failure("make a pipe");
  Fd errors(pipe_ends[0]);
  Fd errors_of_child(pipe_ends[1]);
  ::fcntl(errors.get(), F_SETFL, O_NONBLOCK);

  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return failure("start a process");
  if (child == 0) {
    become(executable.c_str(), out.c_str(), input.get(), errors_of_child.get(), parent,
           interrupts.before());
  }
  errors_of_child.reset();
  // glibc 2.36 declares pidfd_open() for C only.
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  if (process.get() < 0) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    return failure("watch a process");
  }
  const auto deadline = std::chrono::steady_clock::now() + limit;
  bool interrupted = false;
  bool timed_out = false;
  Lines lines;
  for (bool running = true; running;) {
    // poll() ignores a negative descriptor: errors has one after the end of the pipe.
    pollfd fds[] = {
        {process.get(), POLLIN, 0}, {interrupts.fd(), POLLIN, 0}, {errors.get(), POLLIN, 0}};
    const int ready = ::poll(fds, 3, 1000);
    // A killed process needs time to free gigabytes. The user need not wait for it.
    if (ready == 0 && interrupted) break;
    if (!interrupted && interrupts.pending()) {
      interrupted = true;
      ::kill(child, SIGKILL);
    }
    if (!timed_out && std::chrono::steady_clock::now() >= deadline) {
      timed_out = true;
      ::kill(child, SIGKILL);
    }
    if (errors.get() >= 0 && !lines.read(errors.get(), on_line)) errors.reset();
    if (fds[0].revents != 0) running = false;
    if (running) on_tick();
  }
  lines.flush(on_line);
  if (interrupted) {
    ::waitpid(child, nullptr, WNOHANG);
    return ChildEnd{ChildEnd::How::interrupted, 0};
  }
  int status = 0;
  rusage usage{};
  while (::wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  const std::uint64_t memory = std::uint64_t{1024} * static_cast<std::uint64_t>(usage.ru_maxrss);
  if (WIFSIGNALED(status)) {
    return ChildEnd{timed_out ? ChildEnd::How::timed_out : ChildEnd::How::signalled,
                    WTERMSIG(status), memory};
  }
  if (WEXITSTATUS(status) == 127) {
    return tl::unexpected(fmt::format("cannot start {}", executable.string()));
  }
  return ChildEnd{ChildEnd::How::exited, WEXITSTATUS(status), memory};
}

}  // namespace tfm::bench
