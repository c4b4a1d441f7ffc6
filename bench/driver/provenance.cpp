// SPDX-License-Identifier: MIT
#include "bench/driver/provenance.hpp"

#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <intel-ipsec-mb.h>
#include <nettle/version.h>
#include <openssl/crypto.h>
#include <sodium.h>
#include <zlib.h>

#include <cstdlib>
#include <string_view>
#include <utility>

#include "bench/machine/core_list.hpp"
#include "bench/machine/simd_state.hpp"
#include "git_revision.hpp"
#include "runtime/allocator.hpp"
#include "runtime/rcu.hpp"

// A function of the private copy of jemalloc (jemalloc(3)). Its header is not included, because it
// would declare another malloc.
extern "C" int mallctl(const char* name, void* old, std::size_t* old_bytes, void* next,
                       std::size_t next_bytes);

namespace tfm::bench {
namespace {

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
      {std::string(rcu_library), TFM_URCU_VERSION},
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

Provenance provenance(std::span<const unsigned> cores, std::optional<Topology> topology,
                      std::string build_hash) {
  Provenance p;
  p.git_revision = tfm_git_revision;
  p.git_dirty = tfm_git_dirty;
  p.compiler = TFM_COMPILER;
  p.flags = TFM_FLAGS;
  p.build_type = TFM_BUILD_TYPE;
  p.build_hash = std::move(build_hash);
  p.libraries = libraries();
  p.lines_of_code = lines_of_code(TFM_SOURCE_DIR);
  p.machine = read_machine(cores, std::move(topology));
  return p;
}

bool build_may_time() {
#ifdef __OPTIMIZE__
  return std::string_view(TFM_SANITIZE).empty();
#else
  return false;
#endif
}

std::vector<std::string> warnings(const Provenance& p) {
  const Machine& m = p.machine;
  std::vector<std::string> lines;
  if (p.git_dirty) {
    lines.push_back(p.git_revision == "unknown" ? "built outside git: the revision is unknown"
                                                : "built from a tree with uncommitted changes");
  }
  if (m.hypervisor && *m.hypervisor != "none") {
    lines.push_back(
        fmt::format("a virtual machine ({}): other guests and the host's scheduler affect "
                    "the times",
                    *m.hypervisor));
  }
  if (m.cpus_differ) lines.emplace_back("the CPUs used are not of one model");
  std::map<std::string, std::vector<unsigned>> governors;
  for (const auto& [core, governor] : m.governors) governors[governor.value_or("")].push_back(core);
  for (const auto& [governor, cores] : governors) {
    if (governor.empty()) {
      lines.push_back(
          fmt::format("the frequency governor of core {} cannot be read", core_list_text(cores)));
    } else if (governor != "performance") {
      lines.push_back(fmt::format("the frequency governor of core {} is {}, not performance",
                                  core_list_text(cores), governor));
    }
  }
  if (m.aslr && *m.aslr != "off") {
    lines.push_back(
        fmt::format("address space randomisation is {}: rounds differ in memory layout", *m.aslr));
  }
  if (const auto simd = cleaned_simd_state(); simd && *simd != SimdState::clean) {
    lines.push_back(fmt::format("{}: a turn that begins with them in use is not found",
                                *simd == SimdState::dirty
                                    ? "upper halves of SIMD registers are always in use here"
                                    : "this CPU does not tell whether upper halves of SIMD "
                                      "registers are in use"));
  }
  double load = 0;
  if (::getloadavg(&load, 1) == 1 && load > 0.5) {
    lines.push_back(fmt::format("other work ran when the run began: load average {:.1f}", load));
  }
  return lines;
}

}  // namespace tfm::bench
