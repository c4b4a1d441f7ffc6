// SPDX-License-Identifier: MIT
#include "bench/driver/memory_wanted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "bench/axes/forms.hpp"
#include "bench/cell/heap_age.hpp"
#include "bench/cell/trace_length.hpp"
#include "bench/driver/catalog.hpp"
#include "bench/words.hpp"
#include "runtime/rng.hpp"
#include "strategies/registry.hpp"
#include "workloads/registry.hpp"
#include "workloads/traffic/sizes.hpp"

namespace tfm::bench {
namespace {

/// A process before it makes its workload: code, libraries, stacks.
constexpr std::uint64_t process_bytes = 12 << 20;
/// The same of a round that times: also the pages that its allocators keep, and room for its turns.
constexpr std::uint64_t timing_bytes = 16 << 20;
/// What EVP allocates for a transform beside the blocks that are counted here.
constexpr std::uint64_t evp_bytes = 900;
/// A multibuffer manager and its lanes, for each possible CPU: what a counted round touches of
/// them, and all of it, which is resident where huge pages are.
constexpr std::uint64_t lanes_touched_bytes = 200'000, lanes_bytes = 800'000;
/// The streams of a process, for each possible CPU, with acomp(deflate); and the scratch, too, with
/// acomp_scomp(deflate).
constexpr std::uint64_t acomp_bytes = 148'000, acomp_scomp_bytes = 420'000;
/// The ledger has a slot of 24 bytes for a block, and doubles when it is three quarters full.
constexpr std::uint64_t ledger_bytes_of_block = 48;
/// A counted round derives all keys before it opens sockets (Workload::derive_keys()).
constexpr std::uint64_t derived_bytes = 2 * sizeof(Result<TrafficKeys>);

/// A block as glibc's malloc() rounds it, with its header.
constexpr std::uint64_t rounded(std::uint64_t bytes) {
  return std::max<std::uint64_t>(32, (bytes + 8 + 15) / 16 * 16);
}

/// What the workload and its packets take, whichever strategies there are.
struct Shared {
  std::uint64_t of_socket = 0;   ///< connection, and room for numbering its packets
  std::uint64_t of_packet = 0;   ///< in the two traces
  std::uint64_t state = 0;       ///< replay state, per socket and cell
  std::uint64_t scratch = 0;     ///< the largest that a socket asks for
  std::uint64_t keys = 0;        ///< raw key bytes of a socket
  std::uint64_t transforms = 0;  ///< transforms of a socket that has its own
};

template <Protocol P>
Shared shared(const Block& block, const Algorithm& algorithm) {
  const P protocol(algorithm, {.ipv6 = block.ip == "v6",
                               .options_covered = block.options == "covered",
                               .shared_key = {},
                               .seed = 1});
  Shared s;
  s.scratch = protocol.scratch_bytes();
  for (const std::uint32_t bytes : scratch_users(block.scratch)) {
    s.scratch = std::max<std::uint64_t>(s.scratch, bytes);
  }
  // The sizes are drawn, so the mean of some draws stands for all.
  constexpr unsigned draws = 4096;
  const auto sizes = sizes_named(split(block.workload, '/').back());
  Rng rng(1);
  std::uint64_t lines = 0;
  for (unsigned i = 0; i < draws; ++i) {
    const std::size_t length = protocol.packet_bytes(sizes->payload(rng, protocol.packet_bytes(0)));
    lines += (length + Skb::headroom_line_bytes - 1) / Skb::headroom_line_bytes;
  }
  const std::uint64_t headroom = Skb::headroom_for(Request::bytes(algorithm) + s.scratch);
  s.of_packet = 2 * (sizeof(Skb) + headroom + lines * Skb::headroom_line_bytes / draws) + 16;
  s.of_socket = sizeof(typename P::Connection) + 16;
  if constexpr (!std::is_empty_v<typename P::State>) s.state = sizeof(typename P::State) + 8;
  const unsigned keys = one_key<P>() ? 1 : 2;
  if (algorithm.keyed) {
    s.keys = rounded(std::uint64_t{keys} * algorithm.key_bytes);
    s.transforms = keys * (rounded(Transform::bytes(algorithm)) + algorithm.transform_inner_bytes +
                           (algorithm.flat ? 0 : evp_bytes));
  }
  return s;
}

/// Whether a socket has transforms of its own, as SocketTransforms.
template <class Socket>
constexpr bool owns_transforms() {
  if constexpr (requires(Socket s) { s.transforms; }) return true;
  if constexpr (requires(Socket s) { s.prepared; }) return true;
  if constexpr (requires(Socket s) {
                  { s.keys } -> std::same_as<SocketTransforms&>;
                })
    return true;
  return false;
}

/// What one cell keeps: per socket, and per possible CPU.
struct Kept {
  std::uint64_t of_socket = 1;  ///< a flag: whether it is open
  std::uint64_t of_cpu = 0;
};

Kept kept(const std::string& strategy, const Block& block, Pass pass, const Algorithm& algorithm,
          const Shared& shared) {
  Kept kept;
  const KeyForm form = block.key == "prepared" ? KeyForm::prepared : KeyForm::raw;
  for_each_strategy(form, [&]<class S>() {
    if (S::name != strategy) return;
    using Socket = typename S::Socket;
    kept.of_socket += sizeof(Socket) + shared.state;
    if constexpr (owns_transforms<Socket>()) {
      kept.of_socket += shared.transforms;
    } else if constexpr (!std::is_empty_v<Socket>) {
      kept.of_socket += shared.keys;
    }
    if constexpr (!std::is_same_v<S, Null>) {
      kept.of_cpu = shared.scratch + Request::bytes(algorithm) + Transform::bytes(algorithm) +
                    algorithm.transform_inner_bytes;
    }
    if constexpr (std::is_same_v<S, Multibuffer>) {
      kept.of_cpu += pass == Pass::counted ? lanes_touched_bytes : lanes_bytes;
    }
  });
  return kept;
}

}  // namespace

std::uint64_t memory_wanted(const PlannedBlock& planned, Pass pass, const Matrix& matrix) {
  const Block& block = planned.block;
  const Algorithm& algorithm = *algorithm_of(block);
  const Algorithm& plain = library_form(algorithm);
  const std::string protocol = split(block.workload, '/').front();
  Shared s, s_of_library;
  for_each_protocol([&]<class P>() {
    if (P::name != protocol) return;
    s = shared<P>(block, algorithm);
    s_of_library = shared<P>(block, plain);
  });
  const std::uint64_t sockets = block.sockets;
  std::uint64_t all_cells = 0;
  std::uint64_t largest_cell = 0;
  std::uint64_t baseline = 0;
  for (const std::string& strategy : planned.strategies) {
    const bool library = strategy_is_library(strategy);
    const Kept k =
        kept(strategy, block, pass, library ? plain : algorithm, library ? s_of_library : s);
    const std::uint64_t cell =
        k.of_socket * sockets + k.of_cpu * block.possible_cpus * block.algorithms;
    all_cells += cell;
    largest_cell = std::max(largest_cell, cell);
    if (strategy == matrix.baseline) baseline = cell;
  }

  std::uint64_t packets =
      block.cpus * trace_packets(block.sockets / block.cpus + 1, block.flow_run, block.cpus);
  if (pass == Pass::counted) {
    packets = std::min<std::uint64_t>(packets, std::uint64_t{block.cpus} * 65'536);
  }
  std::uint64_t bytes = process_bytes + (pass == Pass::counted ? 0 : timing_bytes) +
                        s.of_socket * sockets + s.of_packet * packets;
  if (algorithm.family == Family::compression && !algorithm.flat) {
    bytes += block.possible_cpus *
             (algorithm.name.starts_with("acomp_scomp") ? acomp_scomp_bytes : acomp_bytes);
  }
  const std::uint64_t aged = block.heap == "aged" ? HeapAge::bytes_of_cell(block) : 0;
  switch (pass) {
    case Pass::timed:
      bytes += all_cells + matrix.aa_copies * baseline +
               aged * (planned.strategies.size() + matrix.aa_copies) +
               std::uint64_t{1024} * cache_state(block.cache)->polluted_kib * block.cpus;
      break;
    case Pass::counted:  // one cell after the other, each in a process of its own
      bytes += derived_bytes * sockets + largest_cell + aged + ledger_bytes_of_block * 3 * sockets;
      break;
    case Pass::pressure:
      bytes += derived_bytes * sockets + all_cells + std::uint64_t{4096} * block.pages;
      break;
    case Pass::in_flight:
      bytes += derived_bytes * sockets + all_cells;
      break;
  }
  return bytes;
}

std::string memory_text(std::uint64_t bytes) {
  const double mib = static_cast<double>(bytes) / (1 << 20);
  return mib < 1024 ? fmt::format("{:.0f} MiB", mib) : fmt::format("{:.1f} GiB", mib / 1024);
}

std::optional<std::string> too_large(const Plan& plan, const std::vector<Job>& jobs,
                                     const Matrix& matrix, std::uint64_t available) {
  std::set<std::size_t> blocks;
  const Job* largest = nullptr;
  std::uint64_t most = available;
  for (const Job& job : jobs) {
    const std::uint64_t wanted = memory_wanted(plan.blocks[job.block], job.pass, matrix);
    if (wanted <= available) continue;
    blocks.insert(job.block);
    if (wanted > most) {
      most = wanted;
      largest = &job;
    }
  }
  if (largest == nullptr) return std::nullopt;
  return fmt::format(
      "{} too large for the {} of memory available here: a {} round of {} wants about {}; leave "
      "such blocks out (--filter sockets=...), or free memory",
      blocks.size() == 1 ? "a block is" : fmt::format("{} blocks are", blocks.size()),
      memory_text(available), pass_name(largest->pass), plan.blocks[largest->block].id,
      memory_text(most));
}

}  // namespace tfm::bench
