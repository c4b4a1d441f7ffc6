// SPDX-License-Identifier: MIT
#include "bench/machine/huge_pages.hpp"

#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/sanitized.hpp"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25  // Linux 6.1
#endif

namespace tfm::bench {
namespace {

/// A kernel without transparent huge pages has no such file. 2 MiB then only sets alignments.
std::size_t huge_page_bytes() {
  static const std::size_t bytes = [] {
    std::ifstream file("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size");
    std::size_t value = 0;
    return file >> value && value != 0 ? value : std::size_t{2} << 20;
  }();
  return bytes;
}

std::size_t page_bytes() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

/// The nearest begin of a huge page, downwards and upwards.
std::uintptr_t down(std::uintptr_t address) { return address - address % huge_page_bytes(); }
std::uintptr_t up(std::uintptr_t address) { return down(address + huge_page_bytes() - 1); }

std::uintptr_t program_break() { return reinterpret_cast<std::uintptr_t>(::sbrk(0)); }

/// Moves the program's break to the end of its huge page. glibc takes that as another's memory and
/// goes on behind it.
void end_break() {
  const std::uintptr_t end = program_break();
  ::sbrk(static_cast<std::intptr_t>(up(end) - end));
}

/// Maps an address range that nothing else uses. False if something does.
bool map_at(std::uintptr_t begin, std::uintptr_t end, int protection, int more_flags) {
  if (begin == end) return true;
  void* const wanted = reinterpret_cast<void*>(begin);
  void* const got = ::mmap(wanted, end - begin, protection,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | more_flags, -1, 0);
  if (got == wanted) return true;
  if (got != MAP_FAILED) ::munmap(got, end - begin);  // before Linux 4.17 the flag is a hint only
  return false;
}

/// The kernel places a mapping below the last one. This makes the last one begin a huge page. Its
/// length is not a multiple of a huge page, so that the kernel does not align it itself.
void end_mappings() {
  const std::size_t bytes = huge_page_bytes() + page_bytes();
  void* const filler =
      ::mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (filler == MAP_FAILED) return;
  const auto begin = reinterpret_cast<std::uintptr_t>(filler);
  map_at(down(begin), begin, PROT_NONE, MAP_NORESERVE);
}

struct Mapping {
  std::uintptr_t begin = 0, end = 0;
  bool heap = false;      ///< glibc's, before the program's break
  bool reserves = true;   ///< false: made with MAP_NORESERVE
  HugePageShare touched;  ///< how much of it is resident
};

/// The value of a line of /proc/self/smaps, "KEY: N kB", in bytes.
std::uint64_t value_of(const std::string& line) {
  return std::strtoull(line.c_str() + line.find(':') + 1, nullptr, 10) * 1024;
}

/// The mappings of heaps and of threads' stacks: private, anonymous, readable and writable. Not the
/// main stack, and not the data of programs and libraries, which follows a mapping of their file.
std::vector<Mapping> anonymous_mappings() {
  std::vector<Mapping> found;
  std::ifstream smaps("/proc/self/smaps");
  std::uintptr_t end_of_file = 0;
  bool counts = false;
  for (std::string line; std::getline(smaps, line);) {
    unsigned long begin = 0, end = 0, inode = 0;
    char rights[5] = {}, path[16] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s %*x %*s %lu %15s", &begin, &end, rights, &inode,
                    path) >= 4) {
      const std::string_view name = path;
      const bool heap = name == "[heap]";
      counts = std::string_view(rights) == "rw-p" && inode == 0 && begin != end_of_file &&
               (heap || name.empty() || name.starts_with("[anon"));
      if (counts) found.push_back({.begin = begin, .end = end, .heap = heap, .touched = {}});
      if (inode != 0) end_of_file = end;
    } else if (!counts) {
      continue;
    } else if (line.starts_with("Anonymous:")) {
      found.back().touched.bytes = value_of(line);
    } else if (line.starts_with("AnonHugePages:")) {
      found.back().touched.huge_bytes = value_of(line);
    } else if (line.starts_with("VmFlags:")) {
      found.back().reserves = line.find(" nr") == std::string::npos;
    }
  }
  return found;
}

HugePageShare touched_now() {
  HugePageShare sum;
  for (const Mapping& m : anonymous_mappings()) {
    sum.bytes += m.touched.bytes;
    sum.huge_bytes += m.touched.huge_bytes;
  }
  return sum;
}

/// Makes the mapping begin and end at huge pages, if the addresses around it are free.
void extend(Mapping& m) {
  if (m.heap) return;  // align_heap() and end_break() have done it
  const int flags = m.reserves ? 0 : MAP_NORESERVE;
  constexpr int protection = PROT_READ | PROT_WRITE;
  if (map_at(down(m.begin), m.begin, protection, flags)) m.begin = down(m.begin);
  if (map_at(m.end, up(m.end), protection, flags)) m.end = up(m.end);
}

/// Puts memory of whole huge pages on huge pages, one by one: the kernel ends a longer call at the
/// first that was never touched. Returns how many it could.
std::size_t collapse(std::uintptr_t begin, std::uintptr_t end) {
  if (begin >= end) return 0;
  // What is touched first later gets a huge page at once.
  ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
  std::size_t collapsed = 0;
  for (std::uintptr_t at = begin; at < end; at += huge_page_bytes()) {
    void* const memory = reinterpret_cast<void*>(at);
    int failed = ::madvise(memory, huge_page_bytes(), MADV_COLLAPSE);
    // Something else held one of its pages for a moment.
    if (failed != 0 && errno == EAGAIN) {
      failed = ::madvise(memory, huge_page_bytes(), MADV_COLLAPSE);
    }
    if (failed == 0) ++collapsed;
  }
  return collapsed;
}

/// A thread's stack and its guard page then are whole huge pages, and what is mapped after them
/// begins at one too.
void align_stacks() {
  constexpr std::size_t usual = 8 << 20;
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return;
  ::pthread_attr_setstacksize(&attributes, up(usual) - page_bytes());
  ::pthread_attr_setguardsize(&attributes, page_bytes());
  ::pthread_setattr_default_np(&attributes);
  ::pthread_attr_destroy(&attributes);
}

/// Grows glibc's heap by so many touched bytes, free for use.
void add_room(std::size_t bytes) {
  auto* const room = static_cast<volatile char*>(std::malloc(bytes));
  if (room == nullptr) return;
  for (std::size_t at = 0; at < bytes; at += huge_page_bytes()) room[at] = 0;
  std::free(const_cast<char*>(room));
}

std::uint64_t bytes_before = 0;
[[maybe_unused]] void* old_heap = nullptr;  ///< never freed

}  // namespace

void use_base_pages() noexcept { ::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); }

void align_heap() {
  if (sanitized) return;  // another malloc, in a layout of its own
  // Every thread's heap grows by two huge pages at a time. Their heaps begin at 64 MiB boundaries.
  ::mallopt(M_TOP_PAD, static_cast<int>(2 * huge_page_bytes()));
  ::mallopt(M_MMAP_MAX, 0);
  ::mallopt(M_TRIM_THRESHOLD, -1);
  // Takes what is left of the old heap, so that no small block lies there. A free chunk of the
  // top has to keep 32 bytes, a block has 8 bytes before it.
  constexpr std::size_t kept = 32 + 8 + 8;
  const std::size_t left = ::mallinfo2().keepcost;
  if (left > kept) old_heap = std::malloc(left - kept);
  end_break();
  end_mappings();
  align_stacks();
  bytes_before = touched_now().bytes;
}

void align_mappings() {
  if (sanitized) return;
  for (Mapping& m : anonymous_mappings()) extend(m);
}

void use_huge_pages(std::size_t room_bytes) {
  if (sanitized) return;
  ::prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
  add_room(room_bytes);
  end_break();
  for (Mapping& m : anonymous_mappings()) {
    extend(m);
    collapse(up(m.begin), down(m.end));
  }
}

std::optional<HugePageShare> huge_page_share() {
  const HugePageShare now = touched_now();
  if (now.bytes == 0) return std::nullopt;
  const std::uint64_t bytes = now.bytes - std::min(bytes_before, now.bytes);
  // A huge page can hold some of what was there before.
  return HugePageShare{bytes, std::min(now.huge_bytes, bytes)};
}

bool huge_pages_available() {
  const std::size_t bytes = 2 * huge_page_bytes();
  void* const memory =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  const std::uintptr_t begin = up(reinterpret_cast<std::uintptr_t>(memory));
  *reinterpret_cast<volatile char*>(begin) = 1;
  const bool collapsed = collapse(begin, begin + huge_page_bytes()) == 1;
  ::munmap(memory, bytes);
  return collapsed;
}

}  // namespace tfm::bench
