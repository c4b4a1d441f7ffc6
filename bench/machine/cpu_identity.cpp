// SPDX-License-Identifier: MIT
#include "bench/machine/cpu_identity.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "bench/words.hpp"

namespace tfm::bench {
namespace {

using Fields = std::map<std::string, std::string, std::less<>>;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// One for each block of lines "KEY : VALUE".
std::vector<Fields> blocks(std::string_view cpuinfo) {
  std::vector<Fields> found(1);
  for (const std::string& line : split(cpuinfo, '\n')) {
    if (trimmed(line).empty()) {
      if (!found.back().empty()) found.emplace_back();
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string_view whole = line;
    found.back().emplace(trimmed(whole.substr(0, colon)), trimmed(whole.substr(colon + 1)));
  }
  return found;
}

std::optional<std::string> value(const Fields& fields, std::string_view key) {
  const auto found = fields.find(key);
  if (found == fields.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

/// "0x41", as aarch64 writes numbers.
std::optional<unsigned> hex(const std::optional<std::string>& text) {
  if (!text || !text->starts_with("0x")) return std::nullopt;
  unsigned number = 0;
  const char* const end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data() + 2, end, number, 16);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

struct Implementer {
  unsigned code;
  std::string_view name;
};
/// MIDR_EL1's implementers (Arm Architecture Reference Manual; util-linux, sys-utils/lscpu-arm.c).
constexpr Implementer implementers[] = {
    {0x41, "ARM"},       {0x42, "Broadcom"},  {0x43, "Cavium"}, {0x46, "Fujitsu"},
    {0x48, "HiSilicon"}, {0x4e, "NVIDIA"},    {0x50, "APM"},    {0x51, "Qualcomm"},
    {0x61, "Apple"},     {0x6d, "Microsoft"}, {0xc0, "Ampere"},
};

struct Part {
  unsigned implementer, code;
  std::string_view name;
};
/// MIDR_EL1's parts of servers and boards (Linux, arch/arm64/include/asm/cputype.h; util-linux,
/// sys-utils/lscpu-arm.c).
constexpr Part parts[] = {
    {0x41, 0xd03, "Cortex-A53"},  {0x41, 0xd05, "Cortex-A55"},   {0x41, 0xd07, "Cortex-A57"},
    {0x41, 0xd08, "Cortex-A72"},  {0x41, 0xd09, "Cortex-A73"},   {0x41, 0xd0a, "Cortex-A75"},
    {0x41, 0xd0b, "Cortex-A76"},  {0x41, 0xd0c, "Neoverse-N1"},  {0x41, 0xd0d, "Cortex-A77"},
    {0x41, 0xd40, "Neoverse-V1"}, {0x41, 0xd41, "Cortex-A78"},   {0x41, 0xd44, "Cortex-X1"},
    {0x41, 0xd49, "Neoverse-N2"}, {0x41, 0xd4a, "Neoverse-E1"},  {0x41, 0xd4f, "Neoverse-V2"},
    {0x41, 0xd84, "Neoverse-V3"}, {0x41, 0xd8e, "Neoverse-N3"},  {0x43, 0x0a1, "ThunderX"},
    {0x43, 0x0af, "ThunderX2"},   {0x46, 0x001, "A64FX"},        {0x48, 0xd01, "Kunpeng-920"},
    {0x4e, 0x004, "Carmel"},      {0x50, 0x000, "X-Gene"},       {0x51, 0xc00, "Falkor"},
    {0x61, 0x022, "Icestorm-M1"}, {0x61, 0x023, "Firestorm-M1"}, {0x6d, 0xd49, "Azure-Cobalt-100"},
    {0xc0, 0xac3, "Ampere-1"},    {0xc0, 0xac4, "Ampere-1a"},
};

CpuIdentity x86(const Fields& fields) {
  return {.vendor = value(fields, "vendor_id"),
          .name = value(fields, "model name"),
          .family = value(fields, "cpu family"),
          .model = value(fields, "model"),
          .stepping = value(fields, "stepping"),
          .microcode = value(fields, "microcode")};
}

/// An implementer or a part that is not in the tables keeps its number and has no name.
CpuIdentity aarch64(const Fields& fields) {
  CpuIdentity cpu;
  cpu.vendor = value(fields, "CPU implementer");
  cpu.family = value(fields, "CPU architecture");
  cpu.model = value(fields, "CPU part");
  const auto implementer = hex(cpu.vendor);
  const auto part = hex(cpu.model);
  for (const Implementer& known : implementers) {
    if (implementer == known.code) cpu.vendor = known.name;
  }
  for (const Part& known : parts) {
    if (implementer == known.implementer && part == known.code) cpu.name = known.name;
  }
  const auto variant = hex(value(fields, "CPU variant"));
  const auto revision = value(fields, "CPU revision");
  if (variant && revision) cpu.stepping = fmt::format("r{}p{}", *variant, *revision);
  return cpu;
}

}  // namespace

std::map<unsigned, CpuIdentity> cpu_identities(std::string_view cpuinfo) {
  std::map<unsigned, CpuIdentity> found;
  for (const Fields& fields : blocks(cpuinfo)) {
    const auto number = parse_unsigned(value(fields, "processor").value_or(""));
    if (!number) continue;
    found.emplace(static_cast<unsigned>(*number),
                  fields.contains("CPU implementer") ? aarch64(fields) : x86(fields));
  }
  return found;
}

std::optional<std::string> cpu_flags(std::string_view cpuinfo) {
  return value(blocks(cpuinfo).front(), "flags");
}

}  // namespace tfm::bench
