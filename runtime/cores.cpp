// SPDX-License-Identifier: MIT
#include "runtime/cores.hpp"

#include <cerrno>
#include <new>

namespace tfm {

CoreSet::CoreSet(unsigned room) : room_(room), set_(CPU_ALLOC(room)) {
  if (set_ == nullptr) throw std::bad_alloc();
  CPU_ZERO_S(bytes(), set_.get());
}

void CoreSet::add(unsigned core) { CPU_SET_S(core, bytes(), set_.get()); }

std::vector<unsigned> CoreSet::listed() const {
  std::vector<unsigned> cores;
  for (unsigned core = 0; core < room_; ++core) {
    if (CPU_ISSET_S(core, bytes(), set_.get())) cores.push_back(core);
  }
  return cores;
}

std::vector<unsigned> allowed_cores() {
  // The kernel answers EINVAL to a set smaller than its own, whose size it does not tell
  // (sched_getaffinity(2)).
  for (unsigned room = CPU_SETSIZE; room <= 1U << 20; room *= 2) {
    CoreSet set(room);
    if (::sched_getaffinity(0, set.bytes(), set.get()) == 0) return set.listed();
    if (errno != EINVAL) break;
  }
  return {};
}

bool pin_to_core(unsigned core) {
  CoreSet set(core + 1);
  set.add(core);
  return ::sched_setaffinity(0, set.bytes(), set.get()) == 0;
}

}  // namespace tfm
