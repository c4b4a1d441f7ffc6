// SPDX-License-Identifier: MIT
// The pages under the memory of a round: sockets, strategies' memory, packets. In the kernel all of
// it lies in the direct map, which has pages of 2 MiB or 1 GiB.
//
// A round process begins with base pages and keeps them, or changes to huge pages once its cells
// are open. So neither the machine's setting nor khugepaged decides which pages a turn finds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace tfm::bench {

/// This process and its children get no transparent huge pages from now on, whatever the machine's
/// setting is. Pages that it has stay as they are.
void use_base_pages() noexcept;

/// For rounds that are timed. Call first in main(): from then on glibc's heap begins a new huge
/// page, takes blocks of all sizes and returns no memory, and what other allocators map begins at
/// the end of a huge page. The heap is then laid out in the same way for both sizes of pages.
void align_heap();

/// Makes the mappings of other allocators begin and end at huge pages, as far as addresses around
/// them are free. Call once such an allocator has mapped its first memory, before threads begin.
void align_mappings();

/// Puts the memory that the process has now on huge pages: private anonymous mappings, where they
/// cover a huge page. `room_bytes` are added to glibc's heap first, for blocks that are allocated
/// later. Call while no other thread allocates. Can be called again for memory that came later.
/// What is refused stays on base pages; huge_page_share() tells.
void use_huge_pages(std::size_t room_bytes);

/// Where the process's heaps and threads' stacks lie, without what it had before align_heap(). The
/// data of programs and libraries is not in it.
struct HugePageShare {
  std::uint64_t bytes = 0;       ///< resident
  std::uint64_t huge_bytes = 0;  ///< of these, on huge pages

  double share() const noexcept {
    return bytes == 0 ? 0 : static_cast<double>(huge_bytes) / static_cast<double>(bytes);
  }
};

/// Nothing if the kernel does not report it (/proc/self/smaps). Slow: walks the page tables.
std::optional<HugePageShare> huge_page_share();

/// Whether the kernel puts memory on a huge page when asked, now and in this process.
bool huge_pages_available();

}  // namespace tfm::bench
