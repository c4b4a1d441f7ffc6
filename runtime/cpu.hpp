// SPDX-License-Identifier: MIT
// The CPUs, for code that gets no CPU number as an argument: an algorithm that keeps per-CPU memory
// inside.
#pragma once

namespace tfm {

namespace detail {
inline unsigned possible_cpus = 8;
}

/// The number of possible CPUs, as in the kernel.
inline unsigned num_possible_cpus() noexcept { return detail::possible_cpus; }
/// Call it before the first transform is made.
inline void set_possible_cpus(unsigned cpus) noexcept { detail::possible_cpus = cpus; }

/// The CPU that this thread stands for (raw_smp_processor_id()).
inline thread_local constinit unsigned this_cpu = 0;

}  // namespace tfm
