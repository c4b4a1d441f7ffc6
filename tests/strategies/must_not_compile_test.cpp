// SPDX-License-Identifier: MIT
// What the concept refuses. Each model has a single flaw and is otherwise a model that the concept
// takes. So if a requirement is dropped from the concept, exactly one of these tests fails.
#include <gtest/gtest.h>

#include "strategies/strategy.hpp"

namespace tfm {
namespace {

enum class Flaw : std::uint8_t {
  none,
  virtual_strategy,
  virtual_socket,
  no_name,
  no_summary,
  accept_may_throw,
  rekey_may_throw,
  close_may_throw,
  start_may_throw,
  key_may_throw,
  end_may_throw,
  request_may_throw,
  start_says_bool,
  no_word_on_without_socket,
  without_socket_may_throw,
  transient_key_may_throw,
  transient_end_may_throw,
  transient_request_may_throw,
  transient_scratch_may_throw,
};

struct Named {
  static constexpr std::string_view name = "model";
};
struct Summarised {
  static constexpr std::string_view summary = "a model";
};
struct SaysWithoutSocket {
  static constexpr std::string_view without_socket_uses = "nothing";
};
struct Polymorphic {
  virtual ~Polymorphic() = default;
};
template <int>
struct Nothing {};

template <Flaw flaw>
class Model : public std::conditional_t<flaw == Flaw::no_name, Nothing<0>, Named>,
              public std::conditional_t<flaw == Flaw::no_summary, Nothing<1>, Summarised>,
              public std::conditional_t<flaw == Flaw::no_word_on_without_socket, Nothing<4>,
                                        SaysWithoutSocket>,
              public std::conditional_t<flaw == Flaw::virtual_strategy, Polymorphic, Nothing<2>> {
 public:
  struct Socket : std::conditional_t<flaw == Flaw::virtual_socket, Polymorphic, Nothing<3>> {};
  struct Operation {
    Request& request() noexcept(flaw != Flaw::request_may_throw);
    std::uint8_t* scratch() noexcept;
  };
  struct Transient {
    Request& request() noexcept(flaw != Flaw::transient_request_may_throw);
    std::uint8_t* scratch() noexcept(flaw != Flaw::transient_scratch_may_throw);
  };
  using Started = std::conditional_t<flaw == Flaw::start_says_bool, bool, Errno>;

  Result<Socket> open(const Algorithm&, Keys, std::size_t);
  Result<Socket> accept(const Socket&, Keys) noexcept(flaw != Flaw::accept_may_throw);
  Errno rekey(Socket&, Keys) noexcept(flaw != Flaw::rekey_may_throw);
  void close(Socket&) noexcept(flaw != Flaw::close_may_throw);
  Started start(unsigned, Socket&, const Skb&, Operation&) noexcept(flaw != Flaw::start_may_throw);
  Errno key(Operation&) noexcept(flaw != Flaw::key_may_throw);
  void end(unsigned, Operation&) noexcept(flaw != Flaw::end_may_throw);

  Errno without_socket(unsigned, Socket&, Bytes, const Skb&,
                       Transient&) noexcept(flaw != Flaw::without_socket_may_throw);
  Errno key(Transient&) noexcept(flaw != Flaw::transient_key_may_throw);
  void end(unsigned, Transient&) noexcept(flaw != Flaw::transient_end_may_throw);
};

template <Flaw flaw>
constexpr bool taken = Strategy<Model<flaw>>;

TEST(MustNotCompile, ASoundModelIsTaken) { EXPECT_TRUE(taken<Flaw::none>); }
TEST(MustNotCompile, AVirtualStrategy) { EXPECT_FALSE(taken<Flaw::virtual_strategy>); }
TEST(MustNotCompile, AVirtualSocket) { EXPECT_FALSE(taken<Flaw::virtual_socket>); }
TEST(MustNotCompile, AStrategyWithoutAName) { EXPECT_FALSE(taken<Flaw::no_name>); }
TEST(MustNotCompile, AStrategyWithoutASummary) { EXPECT_FALSE(taken<Flaw::no_summary>); }
TEST(MustNotCompile, AnAcceptThatMayThrow) { EXPECT_FALSE(taken<Flaw::accept_may_throw>); }
TEST(MustNotCompile, ARekeyThatMayThrow) { EXPECT_FALSE(taken<Flaw::rekey_may_throw>); }
TEST(MustNotCompile, ACloseThatMayThrow) { EXPECT_FALSE(taken<Flaw::close_may_throw>); }
TEST(MustNotCompile, AStartThatMayThrow) { EXPECT_FALSE(taken<Flaw::start_may_throw>); }
TEST(MustNotCompile, AKeyThatMayThrow) { EXPECT_FALSE(taken<Flaw::key_may_throw>); }
TEST(MustNotCompile, AnEndThatMayThrow) { EXPECT_FALSE(taken<Flaw::end_may_throw>); }
TEST(MustNotCompile, ARequestThatMayThrow) { EXPECT_FALSE(taken<Flaw::request_may_throw>); }
TEST(MustNotCompile, AStartThatReturnsBool) { EXPECT_FALSE(taken<Flaw::start_says_bool>); }
TEST(MustNotCompile, AStrategyThatIsSilentOnPacketsWithoutASocket) {
  EXPECT_FALSE(taken<Flaw::no_word_on_without_socket>);
}
TEST(MustNotCompile, AWithoutSocketThatMayThrow) {
  EXPECT_FALSE(taken<Flaw::without_socket_may_throw>);
}
TEST(MustNotCompile, ATransientsKeyThatMayThrow) {
  EXPECT_FALSE(taken<Flaw::transient_key_may_throw>);
}
TEST(MustNotCompile, ATransientsEndThatMayThrow) {
  EXPECT_FALSE(taken<Flaw::transient_end_may_throw>);
}
TEST(MustNotCompile, ATransientsRequestThatMayThrow) {
  EXPECT_FALSE(taken<Flaw::transient_request_may_throw>);
}
TEST(MustNotCompile, ATransientsScratchThatMayThrow) {
  EXPECT_FALSE(taken<Flaw::transient_scratch_may_throw>);
}

// A sound model with optional members.
template <class Besides>
struct With : Model<Flaw::none>, Besides {};

using Sound = Model<Flaw::none>;

TEST(StrategyDefaults, HoldForAModelThatDeclaresNothing) {
  const Algorithm& any = zero_algorithm();
  EXPECT_EQ(in_flight<Sound>(), InFlight::many);
  EXPECT_EQ(fast_path_allocations<Sound>(any, Direction::tx), 0U);
  EXPECT_EQ(refuses<Sound>(any, 0), "");
  EXPECT_EQ(refuses_without_socket<Sound>(any), "");
  EXPECT_EQ(without_socket_allocations<Sound>(any, Direction::tx), 0U);
  EXPECT_EQ(skb_headroom_bytes<Sound>(any, 0), 0U);
  const Sound::Socket socket{};
  std::vector<Bytes> blocks;
  socket_blocks<Sound>(socket, blocks);
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks[0].data(), memory_of(socket).data());
  EXPECT_NE(create<Sound>({}).value(), nullptr);
}

struct Says {
  static constexpr InFlight in_flight = InFlight::none;
  static constexpr unsigned fast_path_allocations(const Algorithm&, Direction d) noexcept {
    return d == Direction::rx ? 3 : 2;
  }
  static constexpr std::string_view refuses(const Algorithm&, std::size_t bytes) noexcept {
    return bytes > 1 ? "too much" : "";
  }
  static constexpr std::string_view refuses_without_socket(const Algorithm&) noexcept {
    return "no clone";
  }
  static unsigned without_socket_allocations(const Algorithm&, Direction d) noexcept {
    return d == Direction::rx ? 5 : 4;
  }
  static std::size_t skb_headroom_bytes(const Algorithm&, std::size_t bytes) noexcept {
    return 4 + bytes;
  }
  static void socket_blocks(const Sound::Socket&, std::vector<Bytes>& blocks) {
    blocks.emplace_back();
  }
};
TEST(StrategyDefaults, GiveWayToWhatAModelDeclares) {
  using S = With<Says>;
  static_assert(Strategy<S>);
  const Algorithm& any = zero_algorithm();
  EXPECT_EQ(in_flight<S>(), InFlight::none);
  EXPECT_EQ(fast_path_allocations<S>(any, Direction::tx), 2U);
  EXPECT_EQ(fast_path_allocations<S>(any, Direction::rx), 3U);
  EXPECT_EQ(refuses<S>(any, 1), "");
  EXPECT_EQ(refuses<S>(any, 2), "too much");
  EXPECT_EQ(refuses_without_socket<S>(any), "no clone");
  EXPECT_EQ(without_socket_allocations<S>(any, Direction::tx), 4U);
  EXPECT_EQ(without_socket_allocations<S>(any, Direction::rx), 5U);
  EXPECT_EQ(skb_headroom_bytes<S>(any, 5), 9U);
  std::vector<Bytes> blocks;
  socket_blocks<S>({}, blocks);
  EXPECT_EQ(blocks.size(), 2U) << "beside the Socket";
}

struct Allocates {
  static constexpr unsigned fast_path_allocations = 5;
};
TEST(StrategyDefaults, GiveWayToANumber) {
  static_assert(Strategy<With<Allocates>>);
  EXPECT_EQ(fast_path_allocations<With<Allocates>>(zero_algorithm(), Direction::tx), 5U);
  EXPECT_EQ(without_socket_allocations<With<Allocates>>(zero_algorithm(), Direction::tx), 5U);
}

struct FromOptions : Model<Flaw::none> {
  explicit FromOptions(const StrategyOptions& options) : cpus(options.possible_cpus) {}
  unsigned cpus;
};
struct ByItself : Model<Flaw::none> {
  static Result<std::unique_ptr<ByItself>> create(const StrategyOptions&) {
    return error(Errno::enomem);
  }
};
TEST(StrategyDefaults, ConstructFromTheOptionsUnlessThereIsACreate) {
  static_assert(Strategy<FromOptions> && Strategy<ByItself>);
  EXPECT_EQ(create<FromOptions>({.possible_cpus = 7}).value()->cpus, 7U);
  EXPECT_EQ(create<ByItself>({}).error(), Errno::enomem);
}

struct InFlightNumber {
  static constexpr unsigned in_flight = 1;
};
struct AllocatesInNoDirection {
  static constexpr unsigned fast_path_allocations(const Algorithm&) noexcept { return 1; }
};
struct AllocatesAndThrows {
  static constexpr unsigned fast_path_allocations(const Algorithm&, Direction) { return 1; }
};
struct RefusesBool {
  static constexpr bool refuses(const Algorithm&, std::size_t) noexcept { return true; }
};
struct RefusesAndThrows {
  static constexpr std::string_view refuses(const Algorithm&, std::size_t) { return {}; }
};
struct RefusesWithoutSocketAndThrows {
  static std::string_view refuses_without_socket(const Algorithm&) { return {}; }
};
struct AllocatesWithoutSocketAndThrows {
  static unsigned without_socket_allocations(const Algorithm&, Direction) { return 1; }
};
struct HeadroomOfNothing {
  static std::size_t skb_headroom_bytes() noexcept { return 0; }
};
struct CreatesAnother {
  static Result<std::unique_ptr<Sound>> create(const StrategyOptions&);
};
struct OfANumber {
  explicit OfANumber(unsigned possible_cpus);
};
struct BlocksThatAreReturned {
  static std::vector<Bytes> socket_blocks(const Sound::Socket&, std::vector<Bytes>&);
};
TEST(MustNotCompile, InFlightAsANumber) { EXPECT_FALSE(Strategy<With<InFlightNumber>>); }
TEST(MustNotCompile, AllocationsWithoutADirection) {
  EXPECT_FALSE(Strategy<With<AllocatesInNoDirection>>);
}
TEST(MustNotCompile, AllocationsThatMayThrow) { EXPECT_FALSE(Strategy<With<AllocatesAndThrows>>); }
TEST(MustNotCompile, ARefusalThatReturnsBool) { EXPECT_FALSE(Strategy<With<RefusesBool>>); }
TEST(MustNotCompile, ARefusalThatMayThrow) { EXPECT_FALSE(Strategy<With<RefusesAndThrows>>); }
TEST(MustNotCompile, ARefusalWithoutSocketThatMayThrow) {
  EXPECT_FALSE(Strategy<With<RefusesWithoutSocketAndThrows>>);
}
TEST(MustNotCompile, AllocationsWithoutSocketThatMayThrow) {
  EXPECT_FALSE(Strategy<With<AllocatesWithoutSocketAndThrows>>);
}
TEST(MustNotCompile, HeadroomWithoutArguments) { EXPECT_FALSE(Strategy<With<HeadroomOfNothing>>); }
TEST(MustNotCompile, BlocksThatAreReturned) { EXPECT_FALSE(Strategy<With<BlocksThatAreReturned>>); }
TEST(MustNotCompile, ACreateOfAnotherType) { EXPECT_FALSE(Strategy<With<CreatesAnother>>); }
TEST(MustNotCompile, AStrategyThatCannotBeConstructed) { EXPECT_FALSE(Strategy<With<OfANumber>>); }

}  // namespace
}  // namespace tfm
