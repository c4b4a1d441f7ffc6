// SPDX-License-Identifier: MIT
#include "bench/driver/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "runtime/transform.hpp"
#include "strategies/registry.hpp"
#include "workloads/registry.hpp"
#include "workloads/traffic/sizes.hpp"

namespace tfm::bench {
namespace {

std::vector<std::string> names_of(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  names.reserve(entries.size());
  for (const Entry& entry : entries) names.push_back(entry.name);
  return names;
}

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

/// "nettle's hmac(sha1)", and the API if there is one.
std::string words_of(const Algorithm& a) {
  const std::string_view api = api_names[static_cast<std::size_t>(a.api)];
  return fmt::format("{}'s {}{}{}", a.provider, a.name, a.api == Api::flat ? "" : " behind ",
                     a.api == Api::flat ? "" : api);
}

void add_refused(std::vector<Pair::Refused>& refused, std::string_view reason,
                 const Algorithm& algorithm) {
  auto same = std::find_if(refused.begin(), refused.end(),
                           [&](const Pair::Refused& r) { return r.reason == reason; });
  if (same == refused.end()) {
    same = refused.insert(refused.end(), Pair::Refused{std::string(reason), {}});
  }
  add_once(same->algorithms, words_of(algorithm));
}

}  // namespace

std::vector<Entry> strategy_entries() {
  std::vector<Entry> entries;
  for_each_strategy([&]<class S>() {
    entries.push_back({std::string(S::name), std::string(S::summary)});
  });
  return entries;
}

std::vector<Entry> protocol_entries() {
  std::vector<Entry> entries;
  for_each_protocol([&]<class P>() {
    entries.push_back({std::string(P::name), std::string(P::summary)});
  });
  return entries;
}

std::vector<Entry> traffic_entries() {
  std::vector<Entry> entries;
  for (const SizesSummary& sizes : sizes_summaries()) {
    entries.push_back({std::string(sizes.name), std::string(sizes.summary)});
  }
  return entries;
}

std::vector<AlgorithmEntry> algorithm_entries() {
  std::vector<AlgorithmEntry> entries;
  for (const Algorithm* a : algorithms()) {
    auto known = std::find_if(entries.begin(), entries.end(),
                              [&](const AlgorithmEntry& e) { return e.name == a->name; });
    if (known == entries.end()) {
      known = entries.insert(entries.end(), {std::string(a->name),
                                             {},
                                             family_names[static_cast<std::size_t>(a->family)],
                                             a->keyed,
                                             a->digest_bytes,
                                             {}});
    }
    known->providers.emplace_back(a->provider);
    known->states.push_back({std::string(a->provider), Transform::bytes(*a), Request::bytes(*a),
                             a->keyed ? a->transform_context_bytes : 0});
  }
  return entries;
}

std::vector<std::string> strategy_names() { return names_of(strategy_entries()); }

bool protocol_supports(std::string_view protocol, std::string_view algorithm,
                       std::string_view provider) {
  const Algorithm& a = *find_algorithm(algorithm, provider);
  bool supports = false;
  for_each_protocol([&]<class P>() { supports |= P::name == protocol && P::supports(a); });
  return supports;
}

std::vector<std::string_view> protocol_algorithms(std::string_view protocol) {
  std::vector<std::string_view> names;
  for_each_protocol([&]<class P>() {
    if (P::name == protocol) names = algorithms_of<P>();
  });
  return names;
}

bool protocol_runs_over(std::string_view protocol, bool ipv6) {
  bool runs = false;
  for_each_protocol([&]<class P>() { runs |= P::name == protocol && runs_over<P>(ipv6); });
  return runs;
}

bool protocol_options_vary(std::string_view protocol) {
  bool vary = false;
  for_each_protocol([&]<class P>() { vary |= P::name == protocol && options_vary<P>(); });
  return vary;
}

std::size_t protocol_scratch_bytes(std::string_view protocol, std::string_view algorithm,
                                   std::string_view provider) {
  const Algorithm& a = *find_algorithm(algorithm, provider);
  std::size_t bytes = 0;
  for_each_protocol([&]<class P>() {
    if (P::name == protocol) bytes = P(a, ProtocolOptions{}).scratch_bytes();
  });
  return bytes;
}

std::string_view strategy_refuses(std::string_view strategy, const Algorithm& algorithm,
                                  std::size_t scratch_bytes) {
  std::string_view reason;
  for_each_strategy([&]<class S>() {
    if (S::name == strategy) reason = refuses<S>(algorithm, scratch_bytes);
  });
  return reason;
}

bool strategy_is_library(std::string_view strategy) {
  bool library = false;
  for_each_strategy([&]<class S>() { library |= S::name == strategy && is_library<S>(); });
  return library;
}

std::vector<Pair> pairs() {
  std::vector<Pair> pairs;
  for_each_strategy([&]<class S>() {
    for_each_protocol([&]<class P>() {
      Pair& pair = pairs.emplace_back();
      pair.strategy = S::name;
      pair.protocol = P::name;
      for (const Algorithm* a : algorithms()) {
        if (!P::supports(*a)) continue;
        const auto reason = refuses<S>(*a, P(*a, ProtocolOptions{}).scratch_bytes());
        if (reason.empty()) {
          add_once(pair.runs, a->name);
        } else {
          add_refused(pair.refused, reason, *a);
        }
      }
    });
  });
  return pairs;
}

std::vector<WithoutSocket> without_socket() {
  std::vector<WithoutSocket> all;
  for_each_strategy([&]<class S>() {
    WithoutSocket& of = all.emplace_back();
    of.strategy = S::name;
    of.uses = S::without_socket_uses;
    for_each_protocol([&]<class P>() {
      if constexpr (HasHandshake<P>) {
        for (const Api api : all_apis) {
          if (!is_given<S>(api)) continue;
          for (const Algorithm* a : algorithms(api)) {
            if (!P::supports(*a)) continue;
            const std::size_t scratch = P(*a, ProtocolOptions{}).scratch_bytes();
            const std::string_view reason = refuses_without_socket<S>(*a);
            if (refuses<S>(*a, scratch).empty() && !reason.empty())
              add_refused(of.refused, reason, *a);
          }
        }
      }
    });
  });
  return all;
}

std::filesystem::path matrices_folder() {
  const char* const folder = std::getenv("TFMBENCH_MATRICES");
  return folder != nullptr ? folder : TFM_SOURCE_DIR "/bench/matrices";
}

std::vector<std::string> matrix_names() {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(matrices_folder(), error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".toml") names.push_back(it->path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace tfm::bench
