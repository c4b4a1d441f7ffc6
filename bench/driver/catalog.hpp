// SPDX-License-Identifier: MIT
// What exists: strategies, protocols, traffic, algorithms, matrices. The matrix reader checks names
// against this catalog, and `list` prints it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tfm {
struct Algorithm;
}

namespace tfm::bench {

struct Entry {
  std::string name;
  std::string summary;  ///< one line
};

std::vector<Entry> strategy_entries();
std::vector<Entry> protocol_entries();
std::vector<Entry> traffic_entries();

/// What a provider's states of an algorithm take, in bytes.
struct StateBytes {
  std::string provider;
  std::size_t transform;     ///< with its header
  std::size_t request;       ///< with its header
  std::size_t prepared_key;  ///< a transform without its header; 0: the algorithm is keyless
};

struct AlgorithmEntry {
  std::string name;
  std::vector<std::string> providers;
  std::string_view family;  ///< "hash"
  bool keyed;
  unsigned digest_bytes;
  std::vector<StateBytes> states;  ///< of each provider
};
std::vector<AlgorithmEntry> algorithm_entries();

/// The names only, in registration order.
std::vector<std::string> strategy_names();

/// All three must exist.
bool protocol_supports(std::string_view protocol, std::string_view algorithm,
                       std::string_view provider);

/// The names of the algorithms that the protocol takes, from any provider. The protocol must exist.
std::vector<std::string_view> protocol_algorithms(std::string_view protocol);

/// runs_over() and options_vary() by the protocol's name, which must exist.
bool protocol_runs_over(std::string_view protocol, bool ipv6);
bool protocol_options_vary(std::string_view protocol);

/// What the protocol itself needs, in bytes. It must support the algorithm.
std::size_t protocol_scratch_bytes(std::string_view protocol, std::string_view algorithm,
                                   std::string_view provider);

/// The reason why the strategy refuses the algorithm or the scratch, or empty. The strategy must
/// exist.
std::string_view strategy_refuses(std::string_view strategy, const Algorithm& algorithm,
                                  std::size_t scratch_bytes);

/// Whether the strategy calls plain functions, whatever the block's api is (is_library()).
bool strategy_is_library(std::string_view strategy);

/// A strategy and a protocol, with all algorithms that the protocol takes.
struct Pair {
  /// Algorithms that the strategy refuses, by reason.
  struct Refused {
    std::string reason;
    std::vector<std::string> algorithms;  ///< "PROVIDER's NAME"
  };
  std::string strategy, protocol;
  std::vector<std::string> runs;  ///< algorithms' names
  std::vector<Refused> refused;
};
/// All pairs, ordered by strategy.
std::vector<Pair> pairs();

/// What a strategy does for a packet without a socket.
struct WithoutSocket {
  std::string strategy;
  std::string uses;  ///< one line
  /// Of the protocols with a handshake; of every API in front of which the strategy is measured.
  std::vector<Pair::Refused> refused;
};
std::vector<WithoutSocket> without_socket();

/// The folder of matrices that are given by name: TFMBENCH_MATRICES, or the folder in the source.
std::filesystem::path matrices_folder();
std::vector<std::string> matrix_names();  ///< sorted; empty if the folder cannot be read

}  // namespace tfm::bench
