// SPDX-License-Identifier: MIT
#include "bench/machine/team.hpp"

#include "runtime/cores.hpp"
#include "runtime/cpu.hpp"
#include "runtime/gfp.hpp"
#include "runtime/rcu.hpp"

namespace tfm::bench {
namespace {

void wait_at(std::barrier<>& barrier) {
  const RcuOffline waits;
  barrier.arrive_and_wait();
}

}  // namespace

Team::Team(unsigned cpus, const std::vector<unsigned>& cores)
    : cpus_(cpus), begin_(cpus), end_(cpus) {
  const auto core_of = [&](unsigned cpu) { return cpu < cores.size() ? cores[cpu] : 0; };
  for (unsigned cpu = 1; cpu < cpus; ++cpu) {
    threads_.emplace_back(
        [this, cpu, core = core_of(cpu), pin = cpu < cores.size()] { work(cpu, core, pin); });
  }
  if (cores.empty() || !pin_to_core(core_of(0))) pinned_ = false;
  // A thread's heap begins with its first block. It must be there when memory goes to huge pages.
  run([](unsigned) { gfp_free(gfp_alloc(1, Gfp::kernel, Owner::shared)); });
}

Team::~Team() {
  if (cpus_ == 1) return;
  job_ = nullptr;
  wait_at(begin_);
}

void Team::run(const std::function<void(unsigned cpu)>& job) {
  if (cpus_ == 1) return job(0);
  job_ = &job;
  wait_at(begin_);
  job(0);
  wait_at(end_);
}

void Team::work(unsigned cpu, unsigned core, bool pin) {
  const RcuThread rcu;
  this_cpu = cpu;
  if (!pin || !pin_to_core(core)) pinned_ = false;
  for (;;) {
    wait_at(begin_);
    if (job_ == nullptr) return;
    (*job_)(cpu);
    wait_at(end_);
  }
}

}  // namespace tfm::bench
