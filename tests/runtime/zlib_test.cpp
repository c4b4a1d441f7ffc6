// SPDX-License-Identifier: MIT
// The three deflates: compared with zlib's own inflate, set up and fed in another way; what each
// holds, and for which owner; what a refusal leaves.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "runtime/accounting.hpp"
#include "runtime/cpu.hpp"
#include "runtime/keyed_request.hpp"
#include "runtime/rng.hpp"

namespace tfm {
namespace {

using Octets = std::vector<std::uint8_t>;

constexpr std::size_t scomp_bytes_per_cpu = std::size_t{2} * 131'072;

const Algorithm& named(std::string_view name) {
  EXPECT_EQ(providers_init(), Errno::ok);
  return *find_algorithm(name, "zlib");
}

/// Random bytes, some of which repeat.
Octets message(std::size_t bytes, std::uint32_t alphabet, std::uint64_t seed = 1) {
  Rng rng(seed);
  Octets m(bytes);
  for (std::uint8_t& byte : m) byte = static_cast<std::uint8_t>(rng.below(alphabet));
  return m;
}

Errno run(Request& request, decltype(compress)& operation, const Octets& from, Octets& to) {
  MutableBytes room(to);
  const Errno e = operation(request, from, room);
  if (!failed(e)) to.resize(room.size());
  return e;
}

Octets compressed(Request& request, const Octets& from) {
  Octets to(from.size() + 64);
  EXPECT_EQ(run(request, compress, from, to), Errno::ok);
  return to;
}

/// Inflates with zlib's own memory, the largest window, and one byte at a time.
Octets inflated_apart(const Octets& from) {
  z_stream z{};
  EXPECT_EQ(inflateInit2(&z, -15), Z_OK);
  Octets to;
  int v = Z_OK;
  for (std::size_t at = 0; at < from.size() && v == Z_OK; ++at) {
    std::uint8_t byte = from[at];
    z.next_in = &byte;
    z.avail_in = 1;
    do {
      std::uint8_t out[64];
      z.next_out = out;
      z.avail_out = sizeof out;
      v = inflate(&z, Z_SYNC_FLUSH);
      to.insert(to.end(), out, out + sizeof out - z.avail_out);
    } while (z.avail_out == 0 && v == Z_OK);
    if (v == Z_BUF_ERROR) v = Z_OK;
  }
  EXPECT_EQ(v, Z_STREAM_END);
  inflateEnd(&z);
  return to;
}

class Deflate : public ::testing::TestWithParam<const char*> {
 protected:
  const Algorithm& algorithm_ = named(GetParam());
  KeyedRequest request_ = KeyedRequest::create(algorithm_, {}).value();
};

TEST_P(Deflate, IsInflatedByZlibAndByItself) {
  for (const std::size_t bytes : {1U, 40U, 94U, 1400U, 4096U, 4097U, 9216U, 60'000U}) {
    for (const std::uint32_t alphabet : {2U, 16U, 180U}) {
      const Octets original = message(bytes, alphabet, bytes);
      const Octets small = compressed(*request_, original);
      EXPECT_EQ(inflated_apart(small), original);
      Octets back(65'400);
      EXPECT_EQ(run(*request_, decompress, small, back), Errno::ok);
      EXPECT_EQ(back, original);
    }
  }
}

TEST_P(Deflate, WritesWhatTheOthersWrite) {
  const auto request = KeyedRequest::create(named("deflate"), {}).value();
  for (const std::size_t bytes : {100U, 1400U, 9000U}) {
    const Octets original = message(bytes, 20);
    EXPECT_EQ(compressed(*request_, original), compressed(*request, original));
  }
}

TEST_P(Deflate, RefusesAllButOneWholeStream) {
  const Octets original = message(1400, 30);
  const Octets whole = compressed(*request_, original);
  Octets to(9000);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    ASSERT_EQ(run(*request_, decompress, cut, to), Errno::ebadmsg) << length;
  }
  Octets longer = whole;
  longer.push_back(0);
  EXPECT_EQ(run(*request_, decompress, longer, to), Errno::ebadmsg);
  EXPECT_EQ(run(*request_, decompress, Octets{6}, to), Errno::ebadmsg) << "reserved block type";
  EXPECT_EQ(run(*request_, decompress, Octets{1, 3, 0, 0, 0, 1, 2, 3}, to), Errno::ebadmsg);
  EXPECT_EQ(run(*request_, decompress, whole, to), Errno::ok) << "after failures";
  EXPECT_EQ(to, original);
}

TEST_P(Deflate, ReportsThatTheOutputDoesNotFit) {
  const Octets random = message(500, 256), text = message(500, 4);
  Octets room(499);
  EXPECT_EQ(run(*request_, compress, random, room), Errno::enospc);
  const Octets small = compressed(*request_, text);
  Octets enough(small.size() + 1);  // zlib needs one byte more to see that it is done
  EXPECT_EQ(run(*request_, compress, text, enough), Errno::ok);
  EXPECT_EQ(enough, small);
  Octets less(499);
  EXPECT_EQ(run(*request_, decompress, small, less), Errno::enospc);
}

TEST_P(Deflate, SurvivesEveryFlippedBit) {
  const Octets original = message(300, 30);
  const Octets whole = compressed(*request_, original);
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    Octets flipped = whole;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    Octets to(1000);
    const Errno e = run(*request_, decompress, flipped, to);
    ASSERT_TRUE(e == Errno::ok || e == Errno::ebadmsg || e == Errno::enospc) << name(e);
  }
  EXPECT_EQ(compressed(*request_, original), whole);
}

INSTANTIATE_TEST_SUITE_P(All, Deflate,
                         ::testing::Values("deflate", "acomp_scomp(deflate)", "acomp(deflate)"));

class DeflateMemory : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(since(), Ledger{}); }
  Ledger since() const { return accounting.ledger() - before; }
  Transform* transform(std::string_view name) {
    return transform_alloc(named(name), Gfp::kernel, Owner::shared).value();
  }

  const Errno up = providers_init();
  Accounting& accounting = *gfp_accounting();
  const Ledger before = accounting.ledger();
};

TEST_F(DeflateMemory, CryptoCompHoldsOnlyTheRequest) {
  {
    const auto request = KeyedRequest::create(named("deflate"), {}).value();
    const AllocationCounts counts = accounting.counts();
    const Octets small = compressed(*request, message(1000, 9));
    Octets back(1000);
    EXPECT_EQ(run(*request, decompress, small, back), Errno::ok);
    EXPECT_EQ(accounting.counts().atomic, counts.atomic);
    EXPECT_EQ(accounting.counts().kernel, counts.kernel);
    EXPECT_TRUE(named("deflate").flat);
  }
  EXPECT_GT(named("deflate").request_context_bytes, 139'264U + 2048U);  // zconf.h's two formulas
}

TEST_F(DeflateMemory, AcompOf2023HoldsTwoBuffersPerPossibleCpuForAllTransforms) {
  Transform* first = transform("acomp_scomp(deflate)");
  const Account one = since().of(Owner::scratch);
  EXPECT_EQ(one.bytes, num_possible_cpus() * scomp_bytes_per_cpu);
  Transform* second = transform("acomp_scomp(deflate)");
  EXPECT_EQ(since().of(Owner::scratch), one);
  transform_free(first);
  EXPECT_EQ(since().of(Owner::scratch), one);
  transform_free(second);
}

TEST_F(DeflateMemory, AcompOf2025HoldsAStreamPerCpuAndPagesWhileItRuns) {
  const std::uint64_t pages = 16, page_bytes = 4096;
  {
    const auto request = KeyedRequest::create(named("acomp(deflate)"), {}).value();
    EXPECT_GE(since().of(Owner::percpu).bytes, num_possible_cpus() * std::uint64_t{139'264});
    EXPECT_LT(named("acomp(deflate)").request_context_bytes, 256U);
    const Octets original = message(5000, 9);
    const Octets small = compressed(*request, original);  // not counted below
    const auto atomic = [&](auto&& operation) {
      accounting.mark_peak();
      const std::uint64_t earlier = accounting.counts().atomic, idle = since().total.bytes;
      operation();
      EXPECT_EQ((accounting.peak() - before).total.bytes - idle,
                (accounting.counts().atomic - earlier) * page_bytes);
      EXPECT_EQ(since().total.bytes, idle);
      return accounting.counts().atomic - earlier;
    };
    Octets to(9000);
    EXPECT_EQ(atomic([&] { compressed(*request, original); }), 2U) << "as many as it was long";
    EXPECT_EQ(atomic([&] { EXPECT_EQ(run(*request, decompress, small, to), Errno::ok); }), pages);
  }
}

TEST_F(DeflateMemory, RefusedPagesFailTheOperationUnlessEnoughAreGranted) {
  const auto request = KeyedRequest::create(named("acomp(deflate)"), {}).value();
  const Ledger idle = since();
  const Octets original = message(5000, 9), small = compressed(*request, original);
  Octets to(9000);
  for (const std::uint64_t kth : {1U, 2U, 3U, 16U}) {
    accounting.set_faults({.kth = kth, .sticky = true});
    to.assign(9000, 0);
    const Errno e = run(*request, decompress, small, to);
    accounting.clear_faults();
    EXPECT_EQ(e, kth > 2 ? Errno::ok : Errno::enomem) << kth;  // 5,000 bytes take two pages
  }
  EXPECT_EQ(to, original);
  EXPECT_EQ(since(), idle);
}

TEST_F(DeflateMemory, ARefusedTransformHoldsNothing) {
  for (const char* name : {"acomp_scomp(deflate)", "acomp(deflate)"}) {
    for (std::uint64_t kth = 1;; ++kth) {
      accounting.set_faults({.kth = kth, .also_kernel = true});
      const auto made = transform_alloc(named(name), Gfp::kernel, Owner::shared);
      accounting.clear_faults();
      if (made) {
        EXPECT_EQ(kth, 1 + 1 + num_possible_cpus() + 1) << "the transform, the table, the blocks";
        transform_free(*made);
        break;
      }
      EXPECT_EQ(made.error(), Errno::enomem);
      EXPECT_EQ(since(), Ledger{}) << name << ", allocation " << kth;
    }
  }
}

TEST_F(DeflateMemory, IsSafeIfTwoThreadsStandForOneCpu) {
  for (const char* name : {"acomp_scomp(deflate)", "acomp(deflate)"}) {
    const auto work = [&, name](std::uint64_t seed) {
      const auto request = KeyedRequest::create(named(name), {}).value();
      const Octets original = message(2000, 9, seed);
      for (int i = 0; i < 50; ++i)
        EXPECT_EQ(inflated_apart(compressed(*request, original)), original);
    };
    std::thread other(work, 1);
    work(2);
    other.join();
  }
}

}  // namespace
}  // namespace tfm
