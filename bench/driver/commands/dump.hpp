// SPDX-License-Identifier: MIT
// dump: a workload's packets as a capture. For main.cpp alone: CLI11 is compiled once.
#pragma once

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <string>

#include "bench/driver/arguments.hpp"
#include "bench/verify/dump.hpp"

namespace tfm::bench {

class DumpCommand {
 public:
  explicit DumpCommand(CLI::App& app)
      : command_(*app.add_subcommand("dump", "Write packets of a workload to a capture file")) {
    command_.add_option("workload", options_.workload, "PROTOCOL/TRAFFIC")->required();
    command_
        .add_option("--pcap", options_.pcap,
                    "The file to write; - is standard output. A device or FIFO is written to")
        ->type_name("FILE")
        ->required();
    command_
        .add_option("--packets", packets_,
                    fmt::format("Number of packets, 1 to {} (default 100)", max_dump_packets))
        ->type_name("N");
    command_.add_option("--seed", seed_, "Seed of all random choices (default 1)")->type_name("N");
    command_.add_option("--key", options_.key,
                        "Key of every socket (default: random keys, written to FILE.keys; to "
                        "standard error if FILE is no regular file)");
    command_.add_option("--algorithm", options_.algorithm,
                        "Algorithm (default: the first that the protocol takes)");
    command_.add_flag("--ipv6", options_.ipv6, "Use IPv6 instead of IPv4");
    command_.add_flag("--omit-options", options_.omit_options,
                      "tcp_ao: the MAC does not cover TCP options other than AO");
  }
  bool asked() const { return command_.parsed(); }
  int execute() {
    if (command_.count("--packets") > 0) {
      options_.packets = integer_argument("--packets", packets_, 1, max_dump_packets);
    }
    if (command_.count("--seed") > 0) options_.seed = seed_argument(seed_);
    if (command_.count("--key") > 0 && options_.key.empty()) {
      throw BadArgument{"--key must not be empty"};
    }
    return dump(options_);
  }

 private:
  CLI::App& command_;
  DumpOptions options_;
  std::string packets_, seed_;
};

}  // namespace tfm::bench
