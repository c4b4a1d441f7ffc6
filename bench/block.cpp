// SPDX-License-Identifier: MIT
// Blocks and requests as JSON. Reading is strict: if the driver and the round process disagree,
// nothing must be measured.
#include "bench/block.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <variant>

#include "bench/axes/axis.hpp"
#include "bench/hash.hpp"
#include "bench/json_fields.hpp"
#include "bench/utc_time.hpp"
#include "bench/words.hpp"
#include "runtime/algorithm.hpp"

namespace tfm::bench {
namespace {

using nlohmann::json;

json value_to_json(const FaultAxis& faults) {
  if (!faults.any()) return {};
  json j = json::object();
  for (const FaultField& field : fault_fields()) {
    std::visit([&](auto member) { j[field.name] = faults.*member; }, field.member);
  }
  return j;
}
template <class T>
json value_to_json(const T& value) {
  return value;
}

json axes_to_json(const Block& block) {
  json j = json::object();
  for (const Axis& axis : axes()) {
    std::visit([&](auto member) { j[axis.name] = value_to_json(block.*member); }, axis.member);
  }
  return j;
}

void get(Fields& fields, std::string_view key, FaultAxis& faults) {
  const json& j = fields.at(key);
  if (j.is_null()) return;
  Fields inner(j, key);
  for (const FaultField& field : fault_fields()) {
    std::visit([&](auto member) { inner.get(field.name, faults.*member); }, field.member);
  }
  inner.done();
}
template <class T>
void get(Fields& fields, std::string_view key, T& value) {
  fields.get(key, value);
}

Block axes_from_json(const json& j) {
  Block block;
  Fields fields(j, "block");
  for (const Axis& axis : axes()) {
    std::visit([&](auto member) { get(fields, axis.name, block.*member); }, axis.member);
  }
  fields.done();
  return block;
}

/// The text with characters that every file system accepts: "hmac(sha1)" becomes "hmac_sha1".
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

/// The text that an id's hash is of. It has the axes that the format got later only if their value
/// is not what older files mean. So a new axis changes no id of a block without it, and no seed (a
/// round's seed follows from its file's name).
std::string hashed_json(const Block& block) {
  constexpr unsigned always_hashed = 3;  // generations of the format
  json j = axes_to_json(block);
  for (const Axis& axis : axes()) {
    if (axis.since > always_hashed && axis.is_before(block)) j.erase(std::string(axis.name));
  }
  return j.dump();
}

std::string piece_of_id(const Axis& axis, const Block& block) {
  return fmt::format(fmt::runtime(axis.id), file_word(axis.get(block)));
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

const Algorithm* algorithm_of(const Block& block) noexcept {
  for (const Api api : all_apis) {
    if (block.api != api_names[static_cast<std::size_t>(api)]) continue;
    return find_algorithm(block.algorithm, block.provider, api);
  }
  return nullptr;
}

bool compresses(const Block& block) noexcept {
  const Algorithm* algorithm = find_algorithm(block.algorithm, block.provider);
  return algorithm != nullptr && algorithm->family == Family::compression;
}

std::string block_json(const Block& block) { return axes_to_json(block).dump(); }

std::string block_id(const Block& block) {
  std::string id;
  for (const Axis& axis : axes()) {
    if (axis.always_in_id) id += piece_of_id(axis, block) + '-';
  }
  for (const Axis& axis : axes()) {
    if (axis.always_in_id || axis.id.empty() || axis.is_before(block)) continue;
    id += piece_of_id(axis, block) + '-';
  }
  const std::uint64_t hash = fnv1a(hashed_json(block));
  return fmt::format("{}{:08x}", id, static_cast<std::uint32_t>(hash ^ (hash >> 32)));
}

json origin_json(const Origin& origin) {
  return {{"host", origin.host.empty() ? json() : json(origin.host)},
          {"kind", origin.kind},
          {"revision", origin.revision},
          {"build", origin.build}};
}

std::string to_json(const RoundRequest& r) {
  return json{{"block", axes_to_json(r.block)},
              {"block_id", r.block_id},
              {"kind", pass_name(r.pass)},
              {"round", r.round},
              {"seed", r.seed},
              {"baseline", r.baseline},
              {"strategies", r.strategies},
              {"aa_copies", r.aa_copies},
              {"cores", r.cores},
              {"origin",
               {{"host", r.origin.host},
                {"kind", r.origin.kind},
                {"revision", r.origin.revision},
                {"build", r.origin.build}}},
              {"start", r.start}}
      .dump();
}

RoundRequest round_request_from_json(const std::string& text) {
  const json j = json::parse(text, nullptr, false);
  if (j.is_discarded()) throw std::runtime_error("the request is not JSON");
  RoundRequest r;
  std::string kind;
  Fields f(j, "request");
  r.block = axes_from_json(f.at("block"));
  f.get("block_id", r.block_id);
  f.get("kind", kind);
  f.get("round", r.round);
  f.get("seed", r.seed);
  f.get("baseline", r.baseline);
  f.get("strategies", r.strategies);
  f.get("aa_copies", r.aa_copies);
  f.get("cores", r.cores);
  Fields origin(f.at("origin"), "origin");
  origin.get("host", r.origin.host);
  origin.get("kind", r.origin.kind);
  origin.get("revision", r.origin.revision);
  origin.get("build", r.origin.build);
  origin.done();
  f.get("start", r.start);
  f.done();
  if (!parse_utc(r.start)) {
    throw std::runtime_error(
        fmt::format("request: start \"{}\" is not a time such as 2026-01-31T12:00:00Z", r.start));
  }
  const auto pass = pass_named(kind);
  if (!pass) {
    throw std::runtime_error(
        "request: " + unknown("kind", kind, pass_names({all_passes.begin(), all_passes.end()})));
  }
  r.pass = *pass;
  if (r.block_id != block_id(r.block)) {
    throw std::runtime_error(fmt::format("request: block_id is {}, but the block's id is {}",
                                         r.block_id, block_id(r.block)));
  }
  if (const std::string wrong = wrong_axis_value(r.block); !wrong.empty()) {
    throw std::runtime_error(fmt::format("request: {}", wrong));
  }
  return r;
}

}  // namespace tfm::bench
