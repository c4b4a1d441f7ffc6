// SPDX-License-Identifier: MIT
// The CPUs, as code that no one tells which it runs on must know them: an algorithm that keeps
// per-CPU memory inside.
#pragma once

namespace tfm {

/// How many CPUs there may be, as in the kernel. Set before the first transform is made.
inline unsigned num_possible_cpus = 8;

/// The CPU that this thread stands for (raw_smp_processor_id()).
inline thread_local constinit unsigned this_cpu = 0;

}  // namespace tfm
