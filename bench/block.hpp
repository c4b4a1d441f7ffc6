// SPDX-License-Identifier: MIT
// A block: the cells that differ in strategy alone. The axes' names here are the words of the
// matrix files, the command line, the result files and the figures.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tfm::bench {

/// One entry of the `faults` axis: failslab's grammar (should_fail_ex() of the kernel's
/// lib/fault-inject.c), and our `kth`. No faults: neither a probability nor a k-th.
struct FaultAxis {
  double probability = 0;      ///< 0 to 1
  std::uint32_t interval = 1;  ///< every interval-th candidate may fail
  std::int64_t times = -1;     ///< at most so many failures; -1: no limit
  std::uint64_t space = 0;     ///< bytes that are granted before failures begin
  std::uint64_t kth = 0;       ///< the k-th candidate fails, from 1; 0: none
  std::uint64_t seed = 1;      ///< of what probability draws
  std::string gfp = "atomic";  ///< the candidates: "atomic", or "any": GFP_KERNEL's too

  bool operator==(const FaultAxis&) const = default;
  bool any() const { return probability > 0 || kth > 0; }
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
  std::uint32_t algorithms = 1;     ///< aliases of `algorithm` in parallel: socket i runs i mod n
  std::string scratch = "own";      ///< "own": the protocol's need; or users' bytes: "64+1024"
  std::string heap = "fresh";       ///< "fresh", or "aged" by seeded churn before the cells open
  std::uint32_t pages = 0;          ///< of the zone that everything draws on; 0: no zone
  std::uint32_t ring = 512;         ///< RX ring slots of the load search, under pressure
  std::uint32_t in_flight = 0;      ///< operations that an engine may hold per CPU; 0: no engine
  std::uint32_t engine_ns = 20000;  ///< its mean delay, in virtual time
  std::string openssl = "shared";   ///< library contexts: "shared", "percpu"
  FaultAxis faults;

  bool operator==(const Block&) const = default;
  bool has_faults() const { return faults.any(); }
  /// What such a block shows is bytes and failures.
  bool counted_only() const { return has_faults() || algorithms > 1 || scratch != "own"; }
};

/// Whether its packets are compressed, which takes tens of microseconds each.
bool compresses(const Block& block) noexcept;

inline constexpr std::uint32_t most_scratch_bytes = 1 << 20;

/// The users that `scratch` says, by the bytes each asks for: socket i is of the (i mod n)-th.
/// Empty: "own". Throws std::runtime_error with one line where it is none of these.
std::vector<std::uint32_t> scratch_users(const std::string& scratch);

/// How a round measures a block. All but counted rounds are repeated.
enum class Pass {
  timed,     ///< ns per packet and latency, by tfmbench_round
  counted,   ///< the ledger and injected faults, by tfmbench_round_counted
  pressure,  ///< failures in a zone of `pages` pages, by tfmbench_round
  in_flight  ///< operations that end later, and packets between them, by tfmbench_round
};
inline constexpr std::array all_passes = {Pass::timed, Pass::counted, Pass::pressure,
                                          Pass::in_flight};

/// "timed", "counted", "pressure", "in_flight": the words of matrices and result files.
std::string_view pass_name(Pass pass);

/// What a round process is asked to do: the driver writes it, as JSON, to the process's stdin.
struct RoundRequest {
  Block block;
  std::string block_id;
  std::string kind;  ///< a pass's name
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
