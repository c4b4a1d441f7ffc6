// SPDX-License-Identifier: MIT
// What the concept refuses. Each model differs from one that it takes in a single flaw, so that a
// requirement dropped from the concept turns exactly one of these red.
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
};

struct Named {
  static constexpr std::string_view name = "model";
};
struct Summarised {
  static constexpr std::string_view summary = "a model";
  static constexpr InFlight in_flight = InFlight::many;
  static constexpr unsigned fast_path_allocations(const Algorithm&, Direction) noexcept {
    return 0;
  }
  static constexpr std::string_view refuses(const Algorithm&, std::size_t) noexcept { return {}; }
};
struct Polymorphic {
  virtual ~Polymorphic() = default;
};
template <int>
struct Nothing {};

template <Flaw flaw>
class Model : public std::conditional_t<flaw == Flaw::no_name, Nothing<0>, Named>,
              public std::conditional_t<flaw == Flaw::no_summary, Nothing<1>, Summarised>,
              public std::conditional_t<flaw == Flaw::virtual_strategy, Polymorphic, Nothing<2>> {
 public:
  struct Socket : std::conditional_t<flaw == Flaw::virtual_socket, Polymorphic, Nothing<3>> {};
  struct Operation {
    Request& request() noexcept(flaw != Flaw::request_may_throw);
    std::uint8_t* scratch() noexcept;
  };
  using Started = std::conditional_t<flaw == Flaw::start_says_bool, bool, Errno>;

  static Result<std::unique_ptr<Model>> create(const StrategyOptions&);
  Result<Socket> open(const Algorithm&, Keys, std::size_t);
  Result<Socket> accept(const Socket&, Keys) noexcept(flaw != Flaw::accept_may_throw);
  Errno rekey(Socket&, Keys) noexcept(flaw != Flaw::rekey_may_throw);
  void close(Socket&) noexcept(flaw != Flaw::close_may_throw);
  Started start(unsigned, Socket&, const Skb&, Operation&) noexcept(flaw != Flaw::start_may_throw);
  Errno key(Operation&) noexcept(flaw != Flaw::key_may_throw);
  void end(unsigned, Operation&) noexcept(flaw != Flaw::end_may_throw);
};

template <Flaw flaw>
constexpr bool taken = Strategy<Model<flaw>>;

TEST(MustNotCompile, ASoundModelIsTaken) { EXPECT_TRUE(taken<Flaw::none>); }
TEST(MustNotCompile, AVirtualStrategy) { EXPECT_FALSE(taken<Flaw::virtual_strategy>); }
TEST(MustNotCompile, AVirtualSocket) { EXPECT_FALSE(taken<Flaw::virtual_socket>); }
TEST(MustNotCompile, OneWithoutAName) { EXPECT_FALSE(taken<Flaw::no_name>); }
TEST(MustNotCompile, OneWithoutASummary) { EXPECT_FALSE(taken<Flaw::no_summary>); }
TEST(MustNotCompile, AnAcceptThatMayThrow) { EXPECT_FALSE(taken<Flaw::accept_may_throw>); }
TEST(MustNotCompile, ARekeyThatMayThrow) { EXPECT_FALSE(taken<Flaw::rekey_may_throw>); }
TEST(MustNotCompile, ACloseThatMayThrow) { EXPECT_FALSE(taken<Flaw::close_may_throw>); }
TEST(MustNotCompile, AStartThatMayThrow) { EXPECT_FALSE(taken<Flaw::start_may_throw>); }
TEST(MustNotCompile, AKeyThatMayThrow) { EXPECT_FALSE(taken<Flaw::key_may_throw>); }
TEST(MustNotCompile, AnEndThatMayThrow) { EXPECT_FALSE(taken<Flaw::end_may_throw>); }
TEST(MustNotCompile, ARequestThatMayThrow) { EXPECT_FALSE(taken<Flaw::request_may_throw>); }
TEST(MustNotCompile, AStartThatSaysBool) { EXPECT_FALSE(taken<Flaw::start_says_bool>); }

}  // namespace
}  // namespace tfm
