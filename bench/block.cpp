// SPDX-License-Identifier: MIT
// Blocks and requests as JSON. Reading is strict: a key that is missing, unknown or out of range is
// an error, since a driver and a round process that disagree must not measure.
#include "bench/block.hpp"

#include <fmt/core.h>

#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <type_traits>

#include "bench/hash.hpp"
#include "bench/words.hpp"
#include "runtime/algorithm.hpp"

namespace tfm::bench {
namespace {

using nlohmann::json;

json faults_to_json(const FaultAxis& faults) {
  return {{"probability", faults.probability},
          {"interval", faults.interval},
          {"times", faults.times},
          {"space", faults.space},
          {"kth", faults.kth},
          {"seed", faults.seed},
          {"gfp", faults.gfp}};
}

json axes_to_json(const Block& b) {
  return {{"workload", b.workload},
          {"algorithm", b.algorithm},
          {"provider", b.provider},
          {"allocator", b.allocator},
          {"sockets", b.sockets},
          {"cpus", b.cpus},
          {"possible_cpus", b.possible_cpus},
          {"cache", b.cache},
          {"load", b.load},
          {"ip", b.ip},
          {"options", b.options},
          {"choice", b.choice},
          {"key", b.key},
          {"forged_percent", b.forged_percent},
          {"churn_percent", b.churn_percent},
          {"algorithms", b.algorithms},
          {"scratch", b.scratch},
          {"heap", b.heap},
          {"pages", b.pages},
          {"ring", b.ring},
          {"in_flight", b.in_flight},
          {"engine_ns", b.engine_ns},
          {"openssl", b.openssl},
          {"faults", b.has_faults() ? faults_to_json(b.faults) : json()}};
}

/// Takes an object apart and notices what no one asked for.
class Fields {
 public:
  Fields(const json& object, std::string_view what) : object_(object), what_(what) {
    if (!object.is_object()) throw std::runtime_error(fmt::format("{} is not an object", what));
  }

  const json& at(const char* key) {
    const auto found = object_.find(key);
    if (found == object_.end()) throw std::runtime_error(fmt::format("{} lacks {}", what_, key));
    ++taken_;
    return *found;
  }

  void get(const char* key, std::string& value) {
    const json& j = at(key);
    if (!j.is_string()) fail(key, "a string");
    value = j.get<std::string>();
  }
  void get(const char* key, double& value) {
    const json& j = at(key);
    if (!j.is_number()) fail(key, "a number");
    value = j.get<double>();
  }
  template <std::integral T>
  void get(const char* key, T& value) {
    value = integer<T>(key, at(key));
  }
  void get(const char* key, std::vector<std::string>& value) {
    value.clear();
    for (const json& j : list(key)) {
      if (!j.is_string()) fail(key, "a list of strings");
      value.push_back(j.get<std::string>());
    }
  }
  void get(const char* key, std::vector<unsigned>& value) {
    value.clear();
    for (const json& j : list(key)) value.push_back(integer<unsigned>(key, j));
  }

  void done() const {
    if (taken_ != object_.size()) {
      throw std::runtime_error(
          fmt::format("{} has {} unknown keys", what_, object_.size() - taken_));
    }
  }

 private:
  [[noreturn]] void fail(const char* key, std::string_view right) const {
    throw std::runtime_error(fmt::format("{}: {} is not {}", what_, key, right));
  }
  template <std::integral T>
  T integer(const char* key, const json& j) const {
    const bool fits = std::is_unsigned_v<T> ? j.is_number_unsigned() &&
                                                  j.get<std::uint64_t>() <=
                                                      std::uint64_t{std::numeric_limits<T>::max()}
                                            : j.is_number_integer();
    if (!fits) fail(key, fmt::format("an integer of {} bits", 8 * sizeof(T)));
    return j.get<T>();
  }
  const json& list(const char* key) {
    const json& j = at(key);
    if (!j.is_array()) fail(key, "a list");
    return j;
  }

  const json& object_;
  std::string_view what_;
  std::size_t taken_ = 0;
};

FaultAxis faults_from_json(const json& j) {
  FaultAxis faults;
  if (j.is_null()) return faults;
  Fields f(j, "faults");
  f.get("probability", faults.probability);
  f.get("interval", faults.interval);
  f.get("times", faults.times);
  f.get("space", faults.space);
  f.get("kth", faults.kth);
  f.get("seed", faults.seed);
  f.get("gfp", faults.gfp);
  f.done();
  return faults;
}

Block axes_from_json(const json& j) {
  Block b;
  Fields f(j, "block");
  f.get("workload", b.workload);
  f.get("algorithm", b.algorithm);
  f.get("provider", b.provider);
  f.get("allocator", b.allocator);
  f.get("sockets", b.sockets);
  f.get("cpus", b.cpus);
  f.get("possible_cpus", b.possible_cpus);
  f.get("cache", b.cache);
  f.get("load", b.load);
  f.get("ip", b.ip);
  f.get("options", b.options);
  f.get("choice", b.choice);
  f.get("key", b.key);
  f.get("forged_percent", b.forged_percent);
  f.get("churn_percent", b.churn_percent);
  f.get("algorithms", b.algorithms);
  f.get("scratch", b.scratch);
  f.get("heap", b.heap);
  f.get("pages", b.pages);
  f.get("ring", b.ring);
  f.get("in_flight", b.in_flight);
  f.get("engine_ns", b.engine_ns);
  f.get("openssl", b.openssl);
  b.faults = faults_from_json(f.at("faults"));
  f.done();
  return b;
}

/// Only what every file system takes: "hmac(sha1)" is "hmac_sha1".
std::string file_word(std::string_view text) {
  std::string word;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (plain) {
      word += c;
    } else if (!word.empty() && word.back() != '_') {
      word += '_';
    }
  }
  while (!word.empty() && word.back() == '_') word.pop_back();
  return word;
}

}  // namespace

std::vector<std::uint32_t> scratch_users(const std::string& scratch) {
  std::vector<std::uint32_t> users;
  if (scratch == "own") return users;
  for (const std::string& piece : split(scratch, '+')) {
    const auto bytes = parse_unsigned(piece);
    if (!bytes || *bytes < 1 || *bytes > most_scratch_bytes) {
      throw std::runtime_error(
          fmt::format("\"{}\" is neither \"own\" nor bytes from 1 to {}, joined by '+'", scratch,
                      most_scratch_bytes));
    }
    users.push_back(static_cast<std::uint32_t>(*bytes));
  }
  return users;
}

std::string_view pass_name(Pass pass) {
  switch (pass) {
    case Pass::timed:
      return "timed";
    case Pass::counted:
      return "counted";
    case Pass::pressure:
      return "pressure";
    case Pass::in_flight:
      return "in_flight";
  }
  return {};
}

bool compresses(const Block& block) noexcept {
  const Algorithm* algorithm = find_algorithm(block.algorithm, block.provider);
  return algorithm != nullptr && algorithm->family == Family::compression;
}

std::string block_json(const Block& block) { return axes_to_json(block).dump(); }

std::string block_id(const Block& b) {
  const Block usual;
  std::string id = fmt::format("{}-{}-{}-{}s", file_word(b.workload), file_word(b.algorithm),
                               file_word(b.provider), b.sockets);
  const auto add_unusual = [&](const std::string& value, const std::string& usual_value) {
    if (value != usual_value) id += fmt::format("-{}", file_word(value));
  };
  add_unusual(b.allocator, usual.allocator);
  if (b.cpus != usual.cpus) id += fmt::format("-{}cpus", b.cpus);
  if (b.possible_cpus != usual.possible_cpus) id += fmt::format("-{}possible", b.possible_cpus);
  add_unusual(b.cache, usual.cache);
  if (b.load != usual.load) id += fmt::format("-load{}", file_word(b.load));
  add_unusual(b.ip, usual.ip);
  add_unusual(b.options, usual.options);
  add_unusual(b.choice, usual.choice);
  add_unusual(b.key, usual.key);
  if (b.churn_percent != usual.churn_percent) id += "-churn";
  if (b.algorithms != usual.algorithms) id += fmt::format("-{}algorithms", b.algorithms);
  if (b.scratch != usual.scratch) id += fmt::format("-scratch{}", file_word(b.scratch));
  add_unusual(b.heap, usual.heap);
  if (b.pages != usual.pages) id += fmt::format("-{}pages", b.pages);
  if (b.ring != usual.ring) id += fmt::format("-ring{}", b.ring);
  if (b.in_flight != usual.in_flight) id += fmt::format("-{}in_flight", b.in_flight);
  if (b.engine_ns != usual.engine_ns) id += fmt::format("-engine{}", b.engine_ns);
  if (b.openssl != usual.openssl) id += fmt::format("-{}_contexts", b.openssl);
  if (b.has_faults()) id += "-faults";
  const std::uint64_t hash = fnv1a(block_json(b));
  return fmt::format("{}-{:08x}", id, static_cast<std::uint32_t>(hash ^ (hash >> 32)));
}

std::string to_json(const RoundRequest& r) {
  return json{{"block", axes_to_json(r.block)},
              {"block_id", r.block_id},
              {"kind", r.kind},
              {"round", r.round},
              {"seed", r.seed},
              {"baseline", r.baseline},
              {"strategies", r.strategies},
              {"aa_copies", r.aa_copies},
              {"cores", r.cores}}
      .dump();
}

RoundRequest round_request_from_json(const std::string& text) {
  const json j = json::parse(text, nullptr, false);
  if (j.is_discarded()) throw std::runtime_error("the request is not JSON");
  RoundRequest r;
  Fields f(j, "request");
  r.block = axes_from_json(f.at("block"));
  f.get("block_id", r.block_id);
  f.get("kind", r.kind);
  f.get("round", r.round);
  f.get("seed", r.seed);
  f.get("baseline", r.baseline);
  f.get("strategies", r.strategies);
  f.get("aa_copies", r.aa_copies);
  f.get("cores", r.cores);
  f.done();
  if (r.block_id != block_id(r.block)) {
    throw std::runtime_error(
        fmt::format("request: block_id is {}, the block's is {}", r.block_id, block_id(r.block)));
  }
  return r;
}

}  // namespace tfm::bench
