// SPDX-License-Identifier: MIT
// Whether a request is zeroed before it is freed is the kernel's choice, and kernels differ.
#include "strategies/request_piece.hpp"

#include "runtime/allocator.hpp"
#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

/// The allocator with a note of what a block begins with when it is freed. One at a time.
class NotedFree {
 public:
  explicit NotedFree(std::size_t bytes) : own_(*gfp_allocator) {
    below = gfp_allocator;
    freed.assign(bytes, 1);
    own_.free = [](void* block) noexcept {
      const auto* const at = static_cast<const std::uint8_t*>(block);
      if (block != nullptr) std::copy_n(at, freed.size(), freed.begin());
      below->free(block);
    };
    gfp_allocator = &own_;
  }
  ~NotedFree() { gfp_allocator = below; }
  NotedFree(const NotedFree&) = delete;
  NotedFree& operator=(const NotedFree&) = delete;

  bool was_zero() const {
    return std::ranges::all_of(freed, [](std::uint8_t byte) { return byte == 0; });
  }

 private:
  static inline const AllocatorFunctions* below;
  static inline std::vector<std::uint8_t> freed;
  AllocatorFunctions own_;
};

TEST(RequestPieces, AreFreedAsTheirKernelFreesThem) {
  for (const Api api : {Api::flat, Api::ahash, Api::ahash_library}) {
    const Algorithm& a = *find_algorithm("hmac(sha1)", "nettle", api);
    Transform* const transform =
        transform_alloc_keyed(a, pattern(20, 1), Gfp::kernel, Owner::socket).value();
    RequestPiece piece;
    ASSERT_EQ(piece.make(*transform, 60), Errno::ok);
    std::memset(piece.request().context(), 0xab, a.request_context_bytes);
    {
      const NotedFree noted(Request::bytes(a));
      piece.free_request();
      EXPECT_EQ(noted.was_zero(), api != Api::ahash_library) << label(a);
    }
    transform_free(transform);
  }
}

}  // namespace
}  // namespace tfm::test
