// SPDX-License-Identifier: MIT
// DEFLATE's RFC has no vectors. These streams were built bit by bit from its text, one for each way
// in which a block can be written. A compressor may choose what it writes, so its output is
// decompressed and compared.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/bytes.hpp"
#include "runtime/keyed_request.hpp"
#include "runtime/known_answers.hpp"

namespace tfm {
namespace {

struct KnownStream {
  std::string_view section;  ///< of RFC 1951
  std::string_view hex, text;
};

constexpr KnownStream streams[] = {
    {"§3.2.4", "010300fcff616263", "abc"},
    {"§3.2.6", "4b0400", "a"},
    {"§3.2.6, a length and a distance", "4b840300", "aaaaaaaaaa"},
    // Codes of 1, 2 and 2 bits for 'a', 'b' and the end, in code lengths of 2 bits each.
    {"§3.2.7", "05c0010900000080a0adf67f4488ca", "abaabbba"},
};

std::vector<std::uint8_t> octets(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

tl::expected<std::size_t, std::string> check_known_compression(const Algorithm& algorithm) {
  if (algorithm.name.find("deflate") == algorithm.name.npos) return 0;
  const auto request = KeyedRequest::create(algorithm, {});
  std::size_t reproduced = 0;
  for (const KnownStream& known : streams) {
    const auto wrong = [&](std::string_view what, Errno e, Bytes got) {
      return tl::unexpected(fmt::format("{} of {}, RFC 1951 {}: {}: expected {}, got {}",
                                        algorithm.name, algorithm.provider, known.section, what,
                                        to_hex(octets(known.text)),
                                        failed(e) ? std::string(name(e)) : to_hex(got)));
    };
    if (!request) return wrong("a request", request.error(), {});
    const std::vector<std::uint8_t> text = octets(known.text);
    std::uint8_t room[256], back_room[256];
    MutableBytes to(room);
    Errno e = decompress(**request, *from_hex(known.hex), to);
    if (failed(e) || !std::ranges::equal(to, text)) return wrong("decompressed", e, to);
    to = room;
    MutableBytes back(back_room);
    e = compress(**request, text, to);
    if (!failed(e)) e = decompress(**request, to, back);
    if (failed(e) || !std::ranges::equal(back, text))
      return wrong("compressed and decompressed", e, back);
    ++reproduced;
  }
  return reproduced;
}

}  // namespace tfm
