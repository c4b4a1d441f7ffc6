// SPDX-License-Identifier: MIT
#include "bench/driver/axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "bench/driver/catalog.hpp"
#include "bench/driver/fault_axis.hpp"
#include "bench/words.hpp"
#include "bench/workload_name.hpp"
#include "runtime/openssl_contexts.hpp"

namespace tfm::bench {
namespace {

using Outcome = tl::expected<void, std::string>;

template <class... Args>
tl::unexpected<std::string> wrong(fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected(fmt::format(format, std::forward<Args>(args)...));
}

/// A text axis whose values are listed somewhere.
template <std::string Block::*Member, auto Names>
constexpr Axis word_axis(std::string_view name, std::string_view meaning) {
  struct Functions {
    static Outcome set(Block& block, std::string_view text) {
      const std::vector<std::string> names = Names();
      if (std::find(names.begin(), names.end(), text) == names.end()) {
        return tl::unexpected(unknown("value", text, names));
      }
      block.*Member = text;
      return {};
    }
    static std::string get(const Block& block) { return block.*Member; }
    static std::string values() { return fmt::format("{}", fmt::join(Names(), ", ")); }
  };
  return {name, AxisType::text, Functions::set, Functions::get, Functions::values, meaning};
}

template <std::uint32_t Block::*Member, std::uint32_t Least, std::uint32_t Most>
constexpr Axis count_axis(std::string_view name, std::string_view meaning) {
  struct Functions {
    static Outcome set(Block& block, std::string_view text) {
      const auto value = parse_unsigned(text);
      if (!value || *value < Least || *value > Most) {
        return wrong("\"{}\" is not an integer from {} to {}", text, Least, Most);
      }
      block.*Member = static_cast<std::uint32_t>(*value);
      return {};
    }
    static std::string get(const Block& block) { return fmt::format("{}", block.*Member); }
    static std::string values() { return fmt::format("{} to {}", Least, Most); }
  };
  return {name, AxisType::integer, Functions::set, Functions::get, Functions::values, meaning};
}

template <double Block::*Member>
constexpr Axis percent_axis(std::string_view name, std::string_view meaning) {
  struct Functions {
    static Outcome set(Block& block, std::string_view text) {
      const auto value = parse_decimal(text);
      if (!value || *value < 0 || *value > 100) {
        return wrong("\"{}\" is not a percentage from 0 to 100", text);
      }
      block.*Member = *value;
      return {};
    }
    static std::string get(const Block& block) { return fmt::format("{}", block.*Member); }
    static std::string values() { return "0 to 100"; }
  };
  return {name, AxisType::number, Functions::set, Functions::get, Functions::values, meaning};
}

std::vector<std::string> ip_names() { return {"v4", "v6"}; }
std::vector<std::string> options_names() { return {"covered", "omitted"}; }
std::vector<std::string> choice_names() { return {"uniform", "zipf"}; }
std::vector<std::string> key_names() { return {"raw", "prepared"}; }
std::vector<std::string> openssl_names() {
  return {std::begin(openssl_contexts_names), std::end(openssl_contexts_names)};
}
std::vector<std::string> heap_names() { return {"fresh", "aged"}; }

Outcome set_workload(Block& block, std::string_view text) {
  if (std::string line = no_workload(text); !line.empty()) return tl::unexpected(std::move(line));
  block.workload = text;
  return {};
}

constexpr std::uint64_t most_polluted_kib = 1 << 20;

Outcome set_cache(Block& block, std::string_view text) {
  constexpr std::string_view polluted = "polluted:";
  if (text.starts_with(polluted)) {
    const auto kib = parse_unsigned(text.substr(polluted.size()));
    if (kib && *kib >= 1 && *kib <= most_polluted_kib) {
      block.cache = fmt::format("{}{}", polluted, *kib);
      return {};
    }
  } else if (text == "warm") {
    block.cache = text;
    return {};
  }
  return wrong("\"{}\" is neither \"warm\" nor \"polluted:KIB\" with KIB from 1 to {}", text,
               most_polluted_kib);
}

Outcome set_load(Block& block, std::string_view text) {
  if (text == "closed") {
    block.load = text;
    return {};
  }
  if (text.ends_with('%')) {
    const auto percent = parse_unsigned(text.substr(0, text.size() - 1));
    if (percent && *percent >= 1 && *percent <= 99) {
      block.load = fmt::format("{}%", *percent);
      return {};
    }
  }
  return wrong("\"{}\" is neither \"closed\" nor \"N%\" with N from 1 to 99", text);
}

Outcome set_scratch(Block& block, std::string_view text) {
  try {
    const std::vector<std::uint32_t> users = scratch_users(std::string(text));
    block.scratch = users.empty() ? text : fmt::format("{}", fmt::join(users, "+"));
    return {};
  } catch (const std::runtime_error& e) {
    return wrong("{}", e.what());
  }
}

Outcome set_faults(Block& block, std::string_view text) {
  auto faults = parse_faults(text);
  if (!faults) return tl::unexpected(std::move(faults.error()));
  block.faults = std::move(*faults);
  return {};
}

constexpr Axis all_axes[] = {
    {"workload", AxisType::text, set_workload, [](const Block& b) { return b.workload; },
     [] { return std::string("PROTOCOL/TRAFFIC"); }, "whose packets, of which sizes"},
    word_axis<&Block::algorithm, algorithm_names>("algorithm", "by its kernel name"),
    word_axis<&Block::provider, provider_names>("provider", "the library that computes"),
    word_axis<&Block::allocator, allocator_names>("allocator", "what gfp_alloc() draws on"),
    count_axis<&Block::sockets, 1, 4'000'000>("sockets", "connections, associations, tunnels"),
    count_axis<&Block::cpus, 1, 64>("cpus", "threads, one per simulated CPU"),
    count_axis<&Block::possible_cpus, 1, 4096>("possible_cpus",
                                               "as many per-CPU parts are allocated"),
    {"cache", AxisType::text, set_cache, [](const Block& b) { return b.cache; },
     [] { return std::string("warm, polluted:KIB"); }, "KiB written between polls, untimed"},
    {"load", AxisType::text, set_load, [](const Block& b) { return b.load; },
     [] { return std::string("closed, 1% to 99%"); }, "open loop at that share of capacity"},
    word_axis<&Block::ip, ip_names>("ip", "version of the packets' IP headers"),
    word_axis<&Block::options, options_names>("options", "tcp_ao: other TCP options in its MAC"),
    word_axis<&Block::choice, choice_names>("choice", "which socket a packet is for"),
    word_axis<&Block::key, key_names>("key", "per_request_key: what a request's key is made of"),
    percent_axis<&Block::forged_percent>("forged_percent", "of received packets"),
    percent_axis<&Block::churn_percent>("churn_percent", "sockets reopened per 100 packets"),
    count_axis<&Block::algorithms, 1, 4096>("algorithms", "aliases in parallel; counted"),
    {"scratch", AxisType::text, set_scratch, [](const Block& b) { return b.scratch; },
     [] { return std::string("own, BYTES[+BYTES...]"); }, "what users ask for; counted"},
    word_axis<&Block::heap, heap_names>("heap", "aged by seeded churn before cells open"),
    count_axis<&Block::pages, 0, 1 << 22>("pages", "of 4 KiB, of a zone under pressure; 0: none"),
    count_axis<&Block::ring, 1, 1 << 16>("ring", "RX slots, under pressure"),
    count_axis<&Block::in_flight, 0, 1024>("in_flight", "an engine's operations per CPU; 0: none"),
    count_axis<&Block::engine_ns, 1, 1'000'000>("engine_ns", "an engine's mean delay"),
    word_axis<&Block::openssl, openssl_names>("openssl", "whose library contexts are"),
    {"faults", AxisType::faults, set_faults, [](const Block& b) { return faults_text(b.faults); },
     [] { return std::string("probability=P[:KEY=VALUE...], kth=N[:...]"); },
     "allocations that fail; counted"},
};

}  // namespace

std::span<const Axis> axes() { return all_axes; }

const Axis* find_axis(std::string_view name) {
  const auto found = std::find_if(std::begin(all_axes), std::end(all_axes),
                                  [&](const Axis& axis) { return axis.name == name; });
  return found == std::end(all_axes) ? nullptr : found;
}

std::vector<std::string> axis_names() {
  std::vector<std::string> names;
  for (const Axis& axis : all_axes) names.emplace_back(axis.name);
  return names;
}

}  // namespace tfm::bench
