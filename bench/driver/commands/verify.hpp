// SPDX-License-Identifier: MIT
// verify: known answers, or a capture. For main.cpp alone: CLI11 is compiled once.
#pragma once

#include <CLI/App.hpp>

#include "bench/verify/verify.hpp"
#include "bench/verify/verify_pcap.hpp"

namespace tfm::bench {

class VerifyCommand {
 public:
  explicit VerifyCommand(CLI::App& app)
      : command_(*app.add_subcommand(
            "verify",
            "Check known answers, test vectors and equal packets; or a capture's TCP-AO")) {
    auto* const vectors = command_
                              .add_option("--vectors", vectors_.vectors,
                                          "TCP-AO test vectors as JSON (default: RFC 9235's)")
                              ->type_name("FILE");
    auto* const pcap =
        command_.add_option("--pcap", capture_.pcap, "Check the TCP-AO of this capture instead")
            ->type_name("FILE")
            ->excludes(vectors);
    auto* const key =
        command_
            .add_option("--master-key", capture_.master_key, "Master key of the capture, as text")
            ->type_name("TEXT")
            ->needs(pcap);
    auto* const algorithm = command_
                                .add_option("--algorithm", capture_.algorithm,
                                            "Algorithm, such as hmac(sha1) or HMAC-SHA-1-96")
                                ->needs(pcap);
    command_
        .add_flag("--omit-options", capture_.omit_options,
                  "The capture's MACs do not cover TCP options other than AO")
        ->needs(pcap);
    pcap->needs(key)->needs(algorithm);
  }
  bool asked() const { return command_.parsed(); }
  int execute() const {
    return command_.count("--pcap") > 0 ? verify_pcap(capture_) : verify(vectors_);
  }

 private:
  CLI::App& command_;
  VerifyOptions vectors_;
  VerifyPcapOptions capture_;
};

}  // namespace tfm::bench
