// SPDX-License-Identifier: MIT
#include "tests/strategies/counted_malloc.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <mutex>
#include <new>
#include <unordered_map>

// glibc's own names for the functions behind malloc.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
void* __libc_malloc(std::size_t bytes) noexcept;
void* __libc_calloc(std::size_t count, std::size_t bytes) noexcept;
void* __libc_realloc(void* block, std::size_t bytes) noexcept;
void* __libc_memalign(std::size_t alignment, std::size_t bytes) noexcept;
void __libc_free(void* block) noexcept;
}
// NOLINTEND(bugprone-reserved-identifier)

namespace tfm::test {
namespace {

/// Allocates the book's own memory, which is not counted.
template <class T>
struct Behind {
  using value_type = T;
  Behind() = default;
  template <class U>
  Behind(const Behind<U>&) noexcept {}
  T* allocate(std::size_t count) {
    // NOLINTNEXTLINE(bugprone-sizeof-expression): T is a pointer where buckets are allocated
    return static_cast<T*>(__libc_malloc(count * sizeof(T)));
  }
  void deallocate(T* block, std::size_t) noexcept { __libc_free(block); }
  bool operator==(const Behind&) const = default;
};

/// A chunk's size field: its bytes, and three flags (malloc/malloc.c, struct malloc_chunk).
std::uint64_t chunk_bytes(const void* block) noexcept {
  return static_cast<const std::uint64_t*>(block)[-1] & ~std::uint64_t{7};
}

class Book {
 public:
  void* in(void* block, std::size_t bytes, Door door) noexcept {
    if (block == nullptr) return nullptr;
    const std::lock_guard lock(mutex_);
    blocks_[block] = {bytes, door};
    Witness& w = of(door);
    w.bytes += bytes;
    w.chunk_bytes += chunk_bytes(block);
    ++w.blocks;
    ++w.calls;
    return block;
  }
  void out(void* block) noexcept {
    if (block == nullptr) return;
    const std::lock_guard lock(mutex_);
    const auto found = blocks_.find(block);
    if (found == blocks_.end()) return;
    Witness& w = of(found->second.door);
    w.bytes -= found->second.bytes;
    w.chunk_bytes -= chunk_bytes(block);
    --w.blocks;
    blocks_.erase(found);
  }
  Witness read(Door door) noexcept {
    const std::lock_guard lock(mutex_);
    return of(door);
  }

 private:
  struct Entry {
    std::size_t bytes;
    Door door;
  };
  Witness& of(Door door) noexcept { return witnesses_[static_cast<std::size_t>(door)]; }

  std::mutex mutex_;
  std::unordered_map<void*, Entry, std::hash<void*>, std::equal_to<>,
                     Behind<std::pair<void* const, Entry>>>
      blocks_;
  std::array<Witness, 3> witnesses_;
};

// Used before any constructor runs and after all destructors.
Book& book() noexcept {
  alignas(Book) static unsigned char storage[sizeof(Book)];
  static auto* instance = ::new (storage) Book;
  return *instance;
}

void* make(std::size_t bytes) {
  void* block = book().in(__libc_malloc(bytes), bytes, Door::operator_new);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void drop(void* block) noexcept {
  book().out(block);
  __libc_free(block);
}

}  // namespace

Witness witness(Door door) noexcept { return book().read(door); }

}  // namespace tfm::test

using tfm::test::book;
using tfm::test::Door;
using tfm::test::drop;
using tfm::test::make;

extern "C" {
void* malloc(std::size_t bytes) noexcept {
  return book().in(__libc_malloc(bytes), bytes, Door::malloc);
}
void free(void* block) noexcept { drop(block); }
// Only one thread at a time grows blocks, so no other block gets the old address in between.
void* realloc(void* block, std::size_t bytes) noexcept {
  book().out(block);
  return book().in(__libc_realloc(block, bytes), bytes, Door::malloc);
}
void* calloc(std::size_t count, std::size_t bytes) noexcept {
  return book().in(__libc_calloc(count, bytes), count * bytes, Door::other);
}
void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
  return book().in(__libc_memalign(alignment, bytes), bytes, Door::other);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  return memalign(alignment, bytes);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t bytes) noexcept {
  *block = memalign(alignment, bytes);
  return *block == nullptr ? ENOMEM : 0;
}
}

// The other forms call these.
void* operator new(std::size_t bytes) { return make(bytes); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  void* block = __libc_memalign(static_cast<std::size_t>(alignment), bytes);
  if (block == nullptr) throw std::bad_alloc();
  return book().in(block, bytes, Door::operator_new);
}
void operator delete(void* block) noexcept { drop(block); }
void operator delete(void* block, std::size_t) noexcept { drop(block); }
void operator delete(void* block, std::align_val_t) noexcept { drop(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { drop(block); }
