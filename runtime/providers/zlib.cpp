// SPDX-License-Identifier: MIT
// zlib: one deflate, in the three ways in which the kernel has offered it. All write the same
// bytes. They differ in what a request holds and where the rest lies.
//
//   deflate                crypto_comp: the request holds both streams and nothing else is needed
//   acomp_scomp(deflate)   acomp over a synchronous compressor, as of 2023: as above, and for each
//                          possible CPU two buffers of 128 KiB, through which all data is copied
//   acomp(deflate)         acomp since 2025: a stream for each possible CPU, set up again for each
//                          packet; the request holds the pages that its output goes to
#include <algorithm>
#include <array>
#include <cstring>

#include "runtime/providers/deflate_state.hpp"
#include "runtime/providers/percpu_blocks.hpp"
#include "runtime/providers/providers.hpp"

namespace tfm {
namespace {

using deflate::once;

/// What a crypto_comp transform holds, or a request of acomp as of 2023.
struct Streams {
  deflate::Stream<deflate::compress_bytes> out;
  deflate::Stream<deflate::decompress_bytes> in;
};

Errno streams_init(void* request, Gfp, Owner) noexcept {
  auto& s = *static_cast<Streams*>(request);
  return s.out.compressor() && s.in.decompressor() ? Errno::ok : Errno::eproto;
}

Errno streams_compress(void* request, void*, Bytes from, MutableBytes& to) noexcept {
  z_stream& z = static_cast<Streams*>(request)->out.z();
  deflateReset(&z);
  const Errno e = deflate::compress(z, from, once(to));
  to = to.first(z.total_out);
  return e;
}

Errno streams_decompress(void* request, void*, Bytes from, MutableBytes& to) noexcept {
  z_stream& z = static_cast<Streams*>(request)->in.z();
  inflateReset(&z);
  const Errno e = deflate::decompress(z, from, once(to));
  to = to.first(z.total_out);
  return e;
}

// acomp_scomp(deflate)

constexpr std::size_t scomp_scratch_bytes = 131'072;  // SCOMP_SCRATCH_SIZE

struct ScompScratch {
  std::uint8_t from[scomp_scratch_bytes], to[scomp_scratch_bytes];
};

PercpuBlocks& scomp_scratches() noexcept {
  static PercpuBlocks blocks(sizeof(ScompScratch), Owner::scratch);
  return blocks;
}

Errno scomp_get(void*, Gfp, Owner) noexcept { return scomp_scratches().get(); }
void scomp_put(void*) noexcept { scomp_scratches().put(); }

/// Copies the data through this CPU's scratch, in and out.
template <auto operation>
Errno scomp(void* request, void* transform, Bytes from, MutableBytes& to) noexcept {
  if (from.size() > scomp_scratch_bytes) return Errno::einval;
  PercpuBlocks::Use use(scomp_scratches());
  auto& scratch = *static_cast<ScompScratch*>(use.block());
  std::ranges::copy(from, scratch.from);  // memcpy() does not take the null of an empty one
  MutableBytes written(scratch.to, std::min(to.size(), scomp_scratch_bytes));
  if (const Errno e = operation(request, transform, {scratch.from, from.size()}, written);
      failed(e))
    return e;
  to = to.first(written.size());
  std::ranges::copy(written, to.begin());
  return Errno::ok;
}

// acomp(deflate)

using Stream = deflate::Stream<deflate::compress_bytes>;  // room for either way

/// The kernel makes a CPU's stream when that CPU first needs one; here all CPUs have one at once.
PercpuBlocks& acomp_streams() noexcept {
  static PercpuBlocks blocks(sizeof(Stream), Owner::percpu);
  return blocks;
}

Errno acomp_get(void*, Gfp, Owner) noexcept { return acomp_streams().get(); }
void acomp_put(void*) noexcept { acomp_streams().put(); }

/// A request's output, as ipcomp_setup_req() allocates it (net/xfrm/xfrm_ipcomp.c): up to 16 pages,
/// or fewer if one is refused. The kernel hands the pages on with the packet. Here their bytes are
/// copied to the packet, and the pages are freed when the operation ends.
struct Pages {
  static constexpr std::size_t page_bytes = 4096, most = 16;

  std::array<std::uint8_t*, most> page;
  std::size_t count, used;
  bool refused;

  /// Errors: enomem: not one page was granted.
  Errno alloc(std::size_t wanted) noexcept {
    count = used = 0;
    refused = false;
    while (count < std::min(wanted, most) && !refused) {
      auto* p = static_cast<std::uint8_t*>(gfp_alloc(page_bytes, Gfp::atomic, Owner::request));
      refused = p == nullptr;
      if (!refused) page[count++] = p;
    }
    return count == 0 ? Errno::enomem : Errno::ok;
  }
  void free() noexcept {
    for (std::size_t i = 0; i < count; ++i) gfp_free(page[i]);
  }

  auto next() noexcept {
    return [this](z_stream& z) noexcept {
      if (used == count) return refused ? Errno::enomem : Errno::enospc;
      z.next_out = page[used++];
      z.avail_out = page_bytes;
      return Errno::ok;
    };
  }

  /// Errors: enospc.
  Errno copy_to(MutableBytes& to, std::size_t bytes) const noexcept {
    if (bytes > to.size()) return Errno::enospc;
    to = to.first(bytes);
    for (std::size_t at = 0; at < bytes; at += page_bytes)
      std::memcpy(&to[at], page[at / page_bytes], std::min(page_bytes, bytes - at));
    return Errno::ok;
  }
};

template <class Operation>
Errno acomp(void* request, std::size_t pages, MutableBytes& to, Operation&& operation) noexcept {
  auto& output = *static_cast<Pages*>(request);
  if (const Errno e = output.alloc(pages); failed(e)) return e;
  PercpuBlocks::Use use(acomp_streams());
  auto& stream = *static_cast<Stream*>(use.block());
  Errno e = operation(stream, output);
  if (!failed(e)) e = output.copy_to(to, stream.z().total_out);
  output.free();
  return e;
}

Errno acomp_compress(void* request, void*, Bytes from, MutableBytes& to) noexcept {
  const std::size_t pages = (from.size() + Pages::page_bytes - 1) / Pages::page_bytes;
  return acomp(request, pages, to, [&](Stream& stream, Pages& output) noexcept {
    if (!stream.compressor()) return Errno::eproto;
    return deflate::compress(stream.z(), from, output.next());
  });
}

/// The length of the packet is not known, so this takes all 16 pages.
Errno acomp_decompress(void* request, void*, Bytes from, MutableBytes& to) noexcept {
  return acomp(request, Pages::most, to, [&](Stream& stream, Pages& output) noexcept {
    if (!stream.decompressor()) return Errno::eproto;
    return deflate::decompress(stream.z(), from, output.next());
  });
}

constexpr Algorithm table[] = {
    {.name = "deflate",
     .provider = "zlib",
     .family = Family::compression,
     .flat = true,
     .request_context_bytes = sizeof(Streams),
     .request_init = streams_init,
     .compress = streams_compress,
     .decompress = streams_decompress},
    {.name = "acomp_scomp(deflate)",
     .provider = "zlib",
     .family = Family::compression,
     .request_context_bytes = sizeof(Streams),
     .transform_init = scomp_get,
     .transform_exit = scomp_put,
     .request_init = streams_init,
     .compress = scomp<streams_compress>,
     .decompress = scomp<streams_decompress>},
    {.name = "acomp(deflate)",
     .provider = "zlib",
     .family = Family::compression,
     .request_context_bytes = sizeof(Pages),
     .transform_init = acomp_get,
     .transform_exit = acomp_put,
     .compress = acomp_compress,
     .decompress = acomp_decompress},
};

}  // namespace

std::span<const Algorithm> zlib_algorithms() noexcept { return table; }

Errno zlib_init() noexcept {
  static Streams streams;
  return streams_init(&streams, Gfp::kernel, Owner::shared);
}

}  // namespace tfm
