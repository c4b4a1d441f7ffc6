// SPDX-License-Identifier: MIT
// Provider ipsec_mb: every class of the library's code that this CPU can run, keys in blocks no
// larger than they need, threads, and a library that cannot be used.
#include "runtime/providers/ipsec_mb.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <memory>
#include <thread>

#include "runtime/bytes.hpp"
#include "runtime/known_answers.hpp"
#include "runtime/providers/providers.hpp"
#include "runtime/rng.hpp"
#include "tests/runtime/operation.hpp"

namespace tfm {
namespace {

using test::Octets;

using Manager = std::unique_ptr<IMB_MGR, void (*)(IMB_MGR*)>;

struct CodeClass {
  const char* name;
  void (*init)(IMB_MGR*);
  std::size_t transform_context_bytes;
  std::size_t key_bytes;  ///< what the code stores: 15 round keys, and powers of the hash key
};
// The library's header, struct gcm_key_data: sse_avx has 16 values of the hash key, avx2_avx512 8.
const CodeClass code_classes[] = {
    {"sse", init_mb_mgr_sse, 560, 496},
    {"avx", init_mb_mgr_avx, 560, 496},
    {"avx2", init_mb_mgr_avx2, 504, 368},
};

Manager manager_of(const CodeClass& code) {
  Manager manager(alloc_mb_mgr(0), free_mb_mgr);
  if (manager != nullptr) code.init(manager.get());
  return manager;
}

class IpsecMb : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(providers_init(), Errno::ok); }
  /// Other tests use the code that the library chooses.
  void TearDown() override { ASSERT_EQ(ipsec_mb_init(), Errno::ok); }

  /// Calls f(class) with the provider on the code of each class that this CPU has.
  template <class F>
  void for_each_class(F&& f) {
    unsigned ran = 0;
    for (const CodeClass& code : code_classes) {
      const Manager manager = manager_of(code);
      ASSERT_NE(manager, nullptr);
      if (imb_get_errno(manager.get()) != 0) continue;  // this CPU lacks its instructions
      ASSERT_EQ(ipsec_mb_take(manager.get()), Errno::ok) << code.name;
      f(code);
      ++ran;
    }
    EXPECT_GE(ran, 2u);
  }
};

TEST_F(IpsecMb, EveryClassOfCodeReproducesTheKnownAnswers) {
  for_each_class([](const CodeClass& code) {
    for (const Algorithm& a : ipsec_mb_algorithms()) {
      EXPECT_EQ(a.transform_context_bytes, code.transform_context_bytes) << code.name;
      const auto reproduced = check_known_answers(a);
      EXPECT_TRUE(reproduced) << code.name << ": " << reproduced.error();
    }
  });
}

// Linux 7.3's transform, AES_GCM_KEY_VAES_AVX2_SIZE; AES_GCM_KEY_VAES_AVX512_SIZE is 696.
TEST_F(IpsecMb, AKeyIsAsLargeAsTheKernelsUnlessItNeedsMore) {
  const bool with_48_powers =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("vpclmulqdq");
  for (const Algorithm& a : ipsec_mb_algorithms()) {
    if (with_48_powers) {
      EXPECT_LE(a.transform_context_bytes, 1072u);
    } else {
      EXPECT_EQ(a.transform_context_bytes, __builtin_cpu_supports("avx2") ? 504u : 560u);
    }
    EXPECT_EQ(a.request_context_bytes, 88u);
  }
}

/// Memory that ends at a page that cannot be touched.
class BeforeAGuard {
 public:
  BeforeAGuard()
      : pages_(
            ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    EXPECT_NE(pages_, MAP_FAILED);
    EXPECT_EQ(::mprotect(static_cast<std::uint8_t*>(pages_) + page, page, PROT_NONE), 0);
  }
  ~BeforeAGuard() { ::munmap(pages_, 2 * page); }
  BeforeAGuard(const BeforeAGuard&) = delete;
  BeforeAGuard& operator=(const BeforeAGuard&) = delete;

  std::uint8_t* end() const { return static_cast<std::uint8_t*>(pages_) + page; }

 private:
  static constexpr std::size_t page = 4096;
  void* pages_;
};

// A key is cut off after what its code stores. No code may read on, whatever the text's length.
TEST_F(IpsecMb, NothingIsReadBehindAKey) {
  Rng rng(11);
  const BeforeAGuard memory;
  for_each_class([&](const CodeClass& code) {
    for (const Algorithm& a : ipsec_mb_algorithms()) {
      const Algorithm& other = *find_algorithm(a.name, "nettle");
      Octets key(a.key_bytes);
      for (auto& octet : key) octet = static_cast<std::uint8_t>(rng.next());
      Transform& theirs = *transform_alloc_keyed(other, key, Gfp::kernel, Owner::shared).value();
      std::vector<std::uint64_t> request(Request::bytes(a) / 8 + 1);
      std::vector<std::uint64_t> others_request(Request::bytes(other) / 8 + 1);
      // The key lies at a multiple of 64 behind the context's first word.
      void* context = memory.end() - (code.key_bytes + 63) / 64 * 64 - 8;
      ASSERT_EQ(a.setkey(context, key, Gfp::kernel), Errno::ok);
      ASSERT_EQ(request_attach(request.data(), a, context, Gfp::kernel, Owner::request), Errno::ok);
      ASSERT_EQ(request_attach(others_request.data(), other, theirs.context(), Gfp::kernel,
                               Owner::request),
                Errno::ok);
      for (std::size_t length = 0; length < 1100; ++length) {
        const Octets text(length, 0x42);
        EXPECT_EQ(test::shown(test::operate(*reinterpret_cast<Request*>(request.data()), a, text)),
                  test::shown(test::operate(*reinterpret_cast<Request*>(others_request.data()),
                                            other, text)))
            << code.name << ' ' << a.name << ", " << length << " bytes";
      }
      transform_free(&theirs);
    }
  });
}

TEST_F(IpsecMb, AnyNumberOfThreadsCanUseIt) {
  const Algorithm& a = *find_algorithm("gcm(aes128)", "ipsec_mb");
  const auto work = [&](std::uint8_t seed, std::string& first, bool& same) {
    Transform& transform =
        *transform_alloc_keyed(a, Octets(a.key_bytes, seed), Gfp::kernel, Owner::socket).value();
    std::vector<std::uint64_t> memory(Request::bytes(a) / 8 + 1);
    const Errno e =
        request_attach(memory.data(), a, transform.context(), Gfp::kernel, Owner::request);
    auto& request = *reinterpret_cast<Request*>(memory.data());
    const Octets text(700, seed);
    first = test::shown(test::operate(request, a, text));
    same = e == Errno::ok;
    for (int i = 0; i < 2000; ++i) same &= test::shown(test::operate(request, a, text)) == first;
    transform_free(&transform);
  };
  std::string alone[4], together[4];
  bool same_alone[4], same_together[4];
  for (std::uint8_t i = 0; i < 4; ++i) work(i, alone[i], same_alone[i]);
  std::vector<std::thread> threads;
  for (std::uint8_t i = 0; i < 4; ++i)
    threads.emplace_back([&, i] { work(i, together[i], same_together[i]); });
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(same_alone[i] && same_together[i]);
    EXPECT_EQ(together[i], alone[i]);
  }
  EXPECT_NE(alone[0], alone[1]);
}

TEST_F(IpsecMb, FailsWhereTheLibraryDoes) {
  EXPECT_EQ(ipsec_mb_take(nullptr), Errno::enomem);
  const Manager manager = manager_of(code_classes[0]);
  ASSERT_NE(manager, nullptr);
  manager->imb_errno = IMB_ERR_SELFTEST;
  const std::uint32_t before = ipsec_mb_algorithms()[0].transform_context_bytes;
  EXPECT_EQ(ipsec_mb_take(manager.get()), Errno::eopnotsupp);
  EXPECT_EQ(ipsec_mb_algorithms()[0].transform_context_bytes, before) << "it stays as it was";
}

}  // namespace
}  // namespace tfm
