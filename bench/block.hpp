// SPDX-License-Identifier: MIT
// A block: the cells that differ in strategy alone. The axes' names are the words of the matrix
// files, the command line, the result files and the figures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/axes/faults.hpp"
#include "bench/pass.hpp"

namespace tfm::bench {

/// A point of every axis but the strategy: a member for each row of bench/axes/axes.def, with the
/// default that a matrix need not say.
struct Block {
#define AXIS(name, type, usual, ...) type name = usual;
#include "bench/axes/axes.def"

  bool operator==(const Block&) const = default;
  bool has_faults() const { return faults.any(); }
};

/// Whether its packets are compressed, which takes tens of microseconds each.
bool compresses(const Block& block) noexcept;

inline constexpr std::uint32_t most_scratch_bytes = 1 << 20;

/// The users that `scratch` says, by the bytes each asks for: socket i is of the (i mod n)-th.
/// Empty: "own". Throws std::runtime_error with one line where it is none of these.
std::vector<std::uint32_t> scratch_users(const std::string& scratch);

/// What a round process is asked to do: the driver writes it, as JSON, to the process's stdin.
struct RoundRequest {
  Block block;
  std::string block_id;
  Pass pass = Pass::timed;  ///< `kind` in JSON
  std::uint32_t round = 0;
  std::uint64_t seed = 1;
  std::string baseline;
  std::vector<std::string> strategies;  ///< baseline included
  std::uint32_t aa_copies = 1;          ///< cells that are the baseline under another name
  std::vector<unsigned> cores;          ///< where the simulated CPUs are pinned, in order
};

/// The block's axes as one canonical JSON text; equal blocks have equal texts.
std::string block_json(const Block& block);

/// A name for files: readable words and a hash of block_json(): "tcp_ao-bgp_update-…-1a2b3c4d".
std::string block_id(const Block& block);

/// JSON of a request, and back. from_json throws std::runtime_error with one line on bad input: a
/// key that is missing, unknown or of another type, or a value that its axis does not take.
std::string to_json(const RoundRequest& request);
RoundRequest round_request_from_json(const std::string& text);

}  // namespace tfm::bench
