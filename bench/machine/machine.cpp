// SPDX-License-Identifier: MIT
#include "bench/machine/machine.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "bench/machine/short_hash.hpp"
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

std::string whole(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The word in brackets: "always [madvise] never".
std::optional<std::string> chosen_word(const fs::path& path) {
  const std::string line = first_line(path).value_or("");
  const std::size_t open = line.find('[');
  const std::size_t close = line.find(']', open);
  if (open == std::string::npos || close == std::string::npos) return std::nullopt;
  return line.substr(open + 1, close - open - 1);
}

std::optional<std::map<std::string, std::string>> mitigations(const fs::path& folder) {
  std::map<std::string, std::string> found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (auto line = first_line(it->path())) found.emplace(it->path().filename(), std::move(*line));
  }
  if (error || found.empty()) return std::nullopt;
  return found;
}

std::optional<std::string> aslr(const fs::path& path) {
  const auto value = first_line(path);
  if (value == "0") return "off";
  if (value == "1") return "partial";
  if (value == "2") return "full";
  return std::nullopt;
}

/// x86 tells whether there is one by a flag. Elsewhere only Xen says so in a file of its own.
std::optional<std::string> hypervisor(std::string_view cpuinfo, const fs::path& root) {
  const auto flags = cpu_flags(cpuinfo);
  if (!flags) return first_line(root / "sys/hypervisor/type");
  if (fmt::format(" {} ", *flags).find(" hypervisor ") == std::string::npos) return "none";
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

/// /etc/machine-id is a secret that no one outside of the machine knows (machine-id(5)). Containers
/// often have none. There the boot's id takes its place, so the hash changes with each boot.
std::optional<std::string> this_host(const utsname& system) {
  std::string secret = first_line("/etc/machine-id").value_or("");
  if (secret.empty()) secret = first_line("/proc/sys/kernel/random/boot_id").value_or("");
  return host_hash(secret, system.nodename);
}

}  // namespace

Machine read_machine(std::span<const unsigned> cpus, std::optional<Topology> topology,
                     const fs::path& root) {
  const std::string cpuinfo = whole(root / "proc/cpuinfo");
  const fs::path thp = root / "sys/kernel/mm/transparent_hugepage";
  const fs::path devices = root / "sys/devices/system/cpu";
  utsname system{};
  ::uname(&system);
  Machine m;
  m.architecture = system.machine;
  const auto identities = cpu_identities(cpuinfo);
  const auto identity = [&](unsigned cpu) {
    const auto found = identities.find(cpu);
    return found == identities.end() ? CpuIdentity() : found->second;
  };
  if (!cpus.empty()) m.cpu = identity(cpus.front());
  for (const unsigned cpu : cpus) {
    m.cpus_differ = m.cpus_differ || identity(cpu) != m.cpu;
    m.governors[cpu] = first_line(devices / fmt::format("cpu{}", cpu) / "cpufreq/scaling_governor");
  }
  m.topology = std::move(topology);
  m.threads = static_cast<std::uint32_t>(::sysconf(_SC_NPROCESSORS_ONLN));
  m.memory_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                   static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  m.kernel = fmt::format("{} {}", system.sysname, system.release);
  m.mitigations = mitigations(devices / "vulnerabilities");
  m.thp = chosen_word(thp / "enabled");
  m.thp_defrag = chosen_word(thp / "defrag");
  m.aslr = aslr(root / "proc/sys/kernel/randomize_va_space");
  m.hypervisor = hypervisor(cpuinfo, root);
  m.host = this_host(system);
  return m;
}

}  // namespace tfm::bench
