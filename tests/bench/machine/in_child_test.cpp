// SPDX-License-Identifier: MIT
// A computation in a child process: what it returns or throws, and how it dies.
#include "bench/machine/in_child.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace tfm::bench {
namespace {

template <class F>
std::string refusal(F&& f) {
  try {
    from_child("tested", f);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

TEST(InChild, ReturnsWhatTheChildReturned) {
  struct Found {
    pid_t child, parent;
    double sum;
  };
  int changed = 0;
  const Found found = from_child("tested", [&] {
    changed = 1;
    return Found{::getpid(), ::getppid(), 1.5 + changed};
  });
  EXPECT_NE(found.child, ::getpid());
  EXPECT_EQ(found.parent, ::getpid());
  EXPECT_EQ(found.sum, 2.5);
  EXPECT_EQ(changed, 0) << "the child's memory is its own";
}

TEST(InChild, TakesMoreThanAPipeHolds) {
  const std::string text =
      bytes_from_child("tested", [] { return std::string(1 << 20, 'x') + std::string("\0y", 2); });
  EXPECT_EQ(text.size(), (1U << 20) + 2);
  EXPECT_EQ(text.substr(1 << 20), std::string("\0y", 2));
  EXPECT_EQ(text.find_first_not_of('x'), std::size_t{1} << 20);
}

TEST(InChild, ThrowsWhatTheChildThrew) {
  EXPECT_EQ(refusal([]() -> int { throw std::runtime_error("its bytes are wrong"); }),
            "its bytes are wrong");
}

TEST(InChild, ReportsHowTheChildDied) {
  EXPECT_EQ(refusal([]() -> int { return ::raise(SIGKILL); }),
            "the process of tested was ended by signal 9");
  EXPECT_EQ(refusal([]() -> int { ::_exit(7); }), "the process of tested ended with 7");
}

TEST(InChild, LeavesNoDescriptorsOpen) {
  const auto next_descriptor = [] {
    const int fd = ::dup(0);
    ::close(fd);
    return fd;
  };
  const int before = next_descriptor();
  from_child("tested", [] { return 1; });
  refusal([]() -> int { ::_exit(7); });
  EXPECT_EQ(next_descriptor(), before);
}

}  // namespace
}  // namespace tfm::bench
