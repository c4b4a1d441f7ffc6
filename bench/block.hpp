// SPDX-License-Identifier: MIT
// A block: the cells that differ in strategy alone. The axes' names here are the words of the
// matrix files, the command line, the result files and the figures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tfm::bench {

/// One entry of the `faults` axis: failslab's grammar on GFP_ATOMIC allocations.
struct FaultAxis {
  double probability = 0;      ///< 0 to 1
  std::uint32_t interval = 1;  ///< every interval-th allocation is a candidate
  std::int64_t times = -1;     ///< at most so many failures; -1: no limit
  std::uint64_t seed = 1;

  bool operator==(const FaultAxis&) const = default;
};

/// A point of every axis but the strategy. The defaults are what a matrix need not say.
struct Block {
  std::string workload;   ///< PROTOCOL/TRAFFIC: "tcp_ao/bgp_update"
  std::string algorithm;  ///< "hmac(sha1)"
  std::string provider = "nettle";
  std::string allocator = "glibc";
  std::uint32_t sockets = 1000;
  std::uint32_t cpus = 1;           ///< threads, one per simulated CPU
  std::uint32_t possible_cpus = 8;  ///< at least cpus
  std::string cache = "warm";       ///< "warm", or "polluted:KIB" touched between polls
  std::string load = "closed";      ///< "closed", or "70%" of the baseline's capacity
  std::string ip = "v4";            ///< "v4", "v6"
  std::string options = "covered";  ///< TCP options in TCP-AO's MAC: "covered", "omitted"
  std::string choice = "uniform";   ///< which socket a packet is for: "uniform", "zipf"
  std::string key = "raw";          ///< per_request_key's key form: "raw", "prepared"
  double forged_percent = 1;        ///< of received packets, 0 to 100
  double churn_percent = 0;         ///< closes and reopens per 100 packets, 0 to 100
  FaultAxis faults;                 ///< probability 0: none. With faults a block is only counted

  bool operator==(const Block&) const = default;
  bool has_faults() const { return faults.probability > 0; }
};

/// What a round process is asked to do: the driver writes it, as JSON, to the process's stdin.
struct RoundRequest {
  Block block;
  std::string block_id;
  std::string kind;  ///< "timed" (tfmbench_round) or "counted" (tfmbench_round_counted)
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

/// JSON of a request, and back. from_json throws std::runtime_error with one line on bad input.
std::string to_json(const RoundRequest& request);
RoundRequest round_request_from_json(const std::string& text);

}  // namespace tfm::bench
