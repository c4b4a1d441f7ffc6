// SPDX-License-Identifier: MIT
// per_socket_tfm, and a wait in each start(). planted.py adds these strategies to a copy of the
// repository, to see whether a run finds a difference that is known. All three wait: a copy's code
// lies elsewhere, which alone can cost it 1 %, so the difference that is planted can also be made
// of a shorter wait.
#pragma once

#include <cstdlib>

#include "strategies/per_socket_tfm.hpp"

namespace tfm {

inline unsigned planted_turns(const char* variable) noexcept {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}
inline const unsigned planted_none_turns = planted_turns("TFM_PLANTED_NONE");
inline const unsigned planted_large_turns = planted_turns("TFM_PLANTED_LARGE");
inline const unsigned planted_small_turns = planted_turns("TFM_PLANTED_SMALL");

/// `turns` of a loop; each takes about a cycle.
template <const unsigned& turns>
class Planted : public PerSocketTfm {
 public:
  Errno start(unsigned cpu, Socket& socket, const Skb& skb, Operation& op) noexcept {
    for (unsigned i = 0; i < turns; ++i) asm volatile("" : "+r"(i));
    return PerSocketTfm::start(cpu, socket, skb, op);
  }
};

class PlantedNone : public Planted<planted_none_turns> {
 public:
  static constexpr std::string_view name = "planted_none";
};
class PlantedLarge : public Planted<planted_large_turns> {
 public:
  static constexpr std::string_view name = "planted_large";
};
class PlantedSmall : public Planted<planted_small_turns> {
 public:
  static constexpr std::string_view name = "planted_small";
};

static_assert(Strategy<PlantedLarge>);

}  // namespace tfm
