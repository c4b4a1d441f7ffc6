// SPDX-License-Identifier: MIT
// A block: the cells that differ in strategy alone. Matrix files, the command line, result files
// and figures use the same names for the axes.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/axes/faults.hpp"
#include "bench/pass.hpp"

namespace tfm {
struct Algorithm;
}

namespace tfm::bench {

/// A value for every axis except the strategy: a member for each row of bench/axes/axes.def, with
/// the row's default.
struct Block {
#define AXIS(name, type, usual, ...) type name = usual;
#include "bench/axes/axes.def"

  bool operator==(const Block&) const = default;
  bool has_faults() const { return faults.any(); }
};

/// nullptr if the block's provider does not have its algorithm behind its API.
const Algorithm* algorithm_of(const Block& block) noexcept;

/// Whether the packets are compressed. Compression takes tens of microseconds per packet.
bool compresses(const Block& block) noexcept;

inline constexpr std::uint32_t most_scratch_bytes = 1 << 20;

/// The bytes that each user of `scratch` asks for. Socket i belongs to user i mod n. Empty for
/// "own". Throws std::runtime_error with one line if the text is invalid.
std::vector<std::uint32_t> scratch_users(const std::string& scratch);

/// Where a round's numbers come from. Its result file repeats it.
struct Origin {
  std::string host;      ///< hash of the machine's name (host_hash()); empty: not known
  std::string kind;      ///< hash of what the machine is (machine_kind())
  std::string revision;  ///< git's, or "unknown"
  std::string build;     ///< hash of the round executables (build_hash())
};

/// What a round process must do. The driver writes it as JSON to the stdin of the process.
struct RoundRequest {
  Block block;
  std::string block_id;
  Pass pass = Pass::timed;  ///< `kind` in JSON
  std::uint32_t round = 0;
  std::uint64_t seed = 1;
  std::string baseline;
  std::vector<std::string> strategies;  ///< baseline included
  std::uint32_t aa_copies = 1;          ///< more cells of the baseline, each with its own name
  std::vector<unsigned> cores;          ///< where the simulated CPUs are pinned, in order
  Origin origin;
  std::string start;  ///< when the driver started the process (utc_text())
};

/// The block's axes as canonical JSON. Equal blocks have equal texts.
std::string block_json(const Block& block);

/// A name for files: readable words, then a hash of the axes: "tcp_ao-bgp_update-…-1a2b3c4d". Does
/// not change when the table gets a new axis, as long as the block has what older files mean by it.
std::string block_id(const Block& block);

/// As result files have it: a host that is not known is null.
nlohmann::json origin_json(const Origin& origin);

/// A request as JSON, and back. round_request_from_json() throws std::runtime_error with one line
/// on bad input: a key is missing, unknown or of another type, or a value is not valid for its
/// axis.
std::string to_json(const RoundRequest& request);
RoundRequest round_request_from_json(const std::string& text);

}  // namespace tfm::bench
