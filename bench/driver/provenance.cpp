// SPDX-License-Identifier: MIT
#include "bench/driver/provenance.hpp"

#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <intel-ipsec-mb.h>
#include <nettle/version.h>
#include <openssl/crypto.h>
#include <sodium.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>

#include "git_revision.hpp"
#include "runtime/allocator.hpp"
#include "runtime/cores.hpp"
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

// A function of the private copy of jemalloc (jemalloc(3)). Its header is not included, because it
// would declare another malloc.
extern "C" int mallctl(const char* name, void* old, std::size_t* old_bytes, void* next,
                       std::size_t next_bytes);

namespace tfm::bench {
namespace {

/// The first line of a file of /proc or /sys.
std::optional<std::string> first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

/// The first value of `key` in /proc/cpuinfo.
std::optional<std::string> cpuinfo(std::string_view key) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return std::nullopt;
}

std::optional<std::string> hypervisor() {
  const std::string flags = fmt::format(" {} ", cpuinfo("flags").value_or(""));
  if (flags.find(" hypervisor ") == std::string::npos) return std::nullopt;
#if defined(__x86_64__) || defined(__i386__)
  // Leaf 0x40000000 has the hypervisor's signature (Linux, arch/x86/include/asm/cpuid.h).
  unsigned eax = 0;
  unsigned signature[3] = {};
  __cpuid(0x40000000, eax, signature[0], signature[1], signature[2]);
  char name[sizeof signature + 1] = {};
  std::memcpy(name, signature, sizeof signature);
  for (char& c : name) {
    if (c != '\0' && (c < ' ' || c > '~')) c = '?';
  }
  if (name[0] != '\0') return std::string(name);
#endif
  return "unnamed";
}

std::optional<std::string> aslr() {
  const auto value = first_line("/proc/sys/kernel/randomize_va_space");
  if (value == "0") return "off";
  if (value == "1") return "partial";
  if (value == "2") return "full";
  return std::nullopt;
}

std::map<std::string, std::string> libraries() {
  const char* jemalloc = nullptr;
  std::size_t size = sizeof jemalloc;
  if (mallctl("version", &jemalloc, &size, nullptr, 0) != 0) jemalloc = "unknown";
  const int mimalloc = mimalloc_version();
  const int tcmalloc = tcmalloc_version();
  return {
      {"glibc", gnu_get_libc_version()},
      {"jemalloc", jemalloc},
      {"libipsec-mb", imb_get_version_str()},
      {"mimalloc",
       mimalloc == 0 ? "absent"
                     : fmt::format("{}.{}.{}", mimalloc / 100, mimalloc / 10 % 10, mimalloc % 10)},
      {"nettle", fmt::format("{}.{}", nettle_version_major(), nettle_version_minor())},
      {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
      {"sodium", sodium_version_string()},
      {"tcmalloc", tcmalloc == 0 ? "absent" : fmt::format("{}.{}", tcmalloc / 100, tcmalloc % 100)},
      {"zlib", zlibVersion()},
  };
}

}  // namespace

Provenance provenance() {
  Provenance p;
  p.git_revision = tfm_git_revision;
  p.git_dirty = tfm_git_dirty;
  p.compiler = TFM_COMPILER;
  p.flags = TFM_FLAGS;
  p.build_type = TFM_BUILD_TYPE;
  p.libraries = libraries();
  p.lines_of_code = lines_of_code(TFM_SOURCE_DIR);
  p.cpu = cpuinfo("model name").value_or("unknown");
  p.cores = static_cast<std::uint32_t>(::sysconf(_SC_NPROCESSORS_ONLN));
  utsname system{};
  ::uname(&system);
  p.kernel = fmt::format("{} {}", system.sysname, system.release);
  p.memory_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                   static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  p.governor = first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  p.aslr = aslr();
  p.hypervisor = hypervisor();
  return p;
}

bool build_may_time() {
#ifdef __OPTIMIZE__
  return std::string_view(TFM_SANITIZE).empty();
#else
  return false;
#endif
}

std::vector<std::string> warnings(const Provenance& p, std::uint32_t cpus) {
  std::vector<std::string> lines;
  if (p.git_dirty) {
    lines.push_back(p.git_revision == "unknown" ? "built outside git: the revision is unknown"
                                                : "built from a tree with uncommitted changes");
  }
  if (p.hypervisor) {
    lines.push_back(
        fmt::format("a virtual machine ({}): other guests and the host's scheduler affect "
                    "the times",
                    *p.hypervisor));
  }
  if (!p.governor) {
    lines.emplace_back("the CPU's frequency governor cannot be read");
  } else if (*p.governor != "performance") {
    lines.push_back(fmt::format("the frequency governor is {}, not performance", *p.governor));
  }
  if (p.aslr && *p.aslr != "off") {
    lines.push_back(
        fmt::format("address space randomisation is {}: rounds differ in memory layout", *p.aslr));
  }
  double load = 0;
  if (::getloadavg(&load, 1) == 1 && load > 0.5) {
    lines.push_back(fmt::format("other work ran when the run began: load average {:.1f}", load));
  }
  const std::size_t allowed = allowed_cores().size();
  if (allowed < cpus) {
    lines.push_back(fmt::format("only {} cores for blocks of up to {} CPUs: threads share cores",
                                allowed, cpus));
  }
  return lines;
}

}  // namespace tfm::bench
