// SPDX-License-Identifier: MIT
// What the providers offer, and what they may not.
#include "runtime/providers/providers.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tfm {
namespace {

TEST(Providers, OfferNettlesHashesAsTheKernelsHaveThemToo) {
  const std::pair<Api, Api> for_library_users[] = {
      {Api::ahash, Api::flat}, {Api::ahash_library, Api::library}, {Api::library, Api::library}};
  std::vector<std::string_view> flat;
  for (const Algorithm* a : algorithms()) {
    if (a->provider == "nettle" && a->family == Family::hash) flat.push_back(a->name);
    EXPECT_EQ(&library_form(*a), a);
  }
  for (const auto& [api, library] : for_library_users) {
    std::vector<std::string_view> offered;
    for (const Algorithm* a : algorithms(api)) {
      offered.push_back(a->name);
      EXPECT_EQ(a->provider, "nettle");
      EXPECT_EQ(a->api, api);
      EXPECT_EQ(find_algorithm(a->name, a->provider, api), a);
      const Algorithm& other = *find_algorithm(a->name, a->provider);
      EXPECT_EQ(&library_form(*a), find_algorithm(a->name, a->provider, library));
      EXPECT_EQ(a->digest_bytes, other.digest_bytes);
      EXPECT_EQ(a->key_bytes, other.key_bytes);
      EXPECT_EQ(a->tmpl, other.tmpl);
    }
    EXPECT_EQ(offered, flat);
  }
}

TEST(Providers, OfferTheExpectedAlgorithms) {
  EXPECT_EQ(providers_init(), Errno::ok);
  const std::vector<std::string_view> hashes = {"hmac(sha1)", "hmac(sha256)", "hmac(sha512)",
                                                "cmac(aes128)", "md5"};
  const std::vector<std::string_view> aead = {"gcm(aes128)", "gcm(aes256)", "ccm(aes128)",
                                              "chacha20poly1305"};
  std::vector<std::string_view> sodium_aead = {"chacha20poly1305"};
  // libsodium has AES only if the CPU has these instructions.
  if (__builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul"))
    sodium_aead.push_back("gcm(aes256)");
  using Names = std::map<std::pair<std::string_view, Family>, std::vector<std::string_view>>;
  Names offered;
  for (const Algorithm* a : algorithms()) {
    if (a->family != Family::compression) offered[{a->provider, a->family}].push_back(a->name);
  }
  EXPECT_EQ(offered,
            (Names{{{"ipsec_mb", Family::aead}, {"gcm(aes128)", "gcm(aes256)"}},
                   {{"nettle", Family::hash}, hashes},
                   {{"nettle", Family::aead}, aead},
                   {{"openssl", Family::hash}, hashes},
                   {{"openssl", Family::aead}, aead},
                   {{"sodium", Family::hash}, {"hmac(sha256)", "hmac(sha512)", "blake2b-256"}},
                   {{"sodium", Family::aead}, sodium_aead}}));
}

TEST(Providers, DeclareTheTemplateThatIsInTheName) {
  const std::map<std::string_view, Template> words = {{"hmac", Template::hmac},
                                                      {"cmac", Template::cmac},
                                                      {"gcm", Template::gcm},
                                                      {"ccm", Template::ccm}};
  for (const Algorithm* a : algorithms()) {
    const auto word = words.find(a->name.substr(0, a->name.find('(')));
    EXPECT_EQ(a->tmpl, word == words.end() ? Template::none : word->second) << a->name;
  }
}

TEST(Providers, FailIfAnAlgorithmExceedsTheLimits) {
  Algorithm largest = *find_algorithm("hmac(sha1)", "nettle");
  largest.request_context_bytes = max_stack_context_bytes;
  largest.digest_bytes = largest.key_bytes = max_digest_bytes;
  Algorithm request = largest, digest = largest, key = largest;
  ++request.request_context_bytes;
  ++digest.digest_bytes;
  ++key.key_bytes;
  for (const Algorithm& too_large : {request, digest, key}) {
    const Algorithm offered[] = {largest, too_large};
    ProviderList list;
    list.add(Errno::ok, offered);
    EXPECT_EQ(list.first_failure, Errno::einval);
    for (const auto& of_api : list.algorithms) EXPECT_TRUE(of_api.empty());
    list.add(Errno::eproto, {});
    list.add(Errno::ok, {&largest, 1});
    EXPECT_EQ(list.first_failure, Errno::einval) << "the first stays";
    EXPECT_EQ(list.algorithms.front(), std::vector<const Algorithm*>{&largest});
  }
}

}  // namespace
}  // namespace tfm
