// SPDX-License-Identifier: MIT
// The CPUs, as code that no one tells which it runs on must know them: an algorithm that keeps
// per-CPU memory inside.
#pragma once

namespace tfm {

inline unsigned possible_cpus_set = 8;

/// How many CPUs there may be, as in the kernel.
inline unsigned num_possible_cpus() noexcept { return possible_cpus_set; }
/// Call it before the first transform is made.
inline void set_possible_cpus(unsigned cpus) noexcept { possible_cpus_set = cpus; }

/// The CPU that this thread stands for (raw_smp_processor_id()).
inline thread_local constinit unsigned this_cpu = 0;

}  // namespace tfm
