// SPDX-License-Identifier: MIT
#include "bench/machine/machine_watch.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace tfm::bench {
namespace {

/// nr_migrations of /proc/self/sched. Some kernels are built without this file.
std::optional<std::uint64_t> migrations() {
  std::ifstream sched("/proc/self/sched");
  std::string line;
  while (std::getline(sched, line)) {
    if (line.find("nr_migrations") == std::string::npos) continue;
    std::istringstream value(line.substr(line.find(':') + 1));
    std::uint64_t count = 0;
    if (value >> count) return count;
  }
  return std::nullopt;
}

}  // namespace

MachineWatch::Counters MachineWatch::read() {
  Counters c;
  // The first line of /proc/stat (proc(5)): cpu user nice system idle iowait irq softirq steal …
  std::ifstream stat("/proc/stat");
  std::string label;
  stat >> label;
  std::uint64_t ticks = 0;
  for (int field = 0; field < 8 && stat >> ticks; ++field) {
    c.total += ticks;
    if (field == 7) c.steal = ticks;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  c.switches = static_cast<std::uint64_t>(usage.ru_nivcsw);
  c.migrations = migrations();
  return c;
}

MachineWatch::MachineWatch() : begin_(read()) {}

MachineEvents MachineWatch::since() const {
  const Counters now = read();
  MachineEvents events;
  if (now.total > begin_.total) {
    events.steal_percent = 100.0 * static_cast<double>(now.steal - begin_.steal) /
                           static_cast<double>(now.total - begin_.total);
  }
  events.involuntary_switches = now.switches - begin_.switches;
  if (now.migrations && begin_.migrations) events.migrations = *now.migrations - *begin_.migrations;
  return events;
}

std::int64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t total = 0;
  std::int64_t resident = 0;
  if (!(statm >> total >> resident)) return 0;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace tfm::bench
