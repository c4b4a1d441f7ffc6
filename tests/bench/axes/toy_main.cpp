// SPDX-License-Identifier: MIT
// test_toy_axis.py compiles this file with its own table. Prints the text of `list axes --json`,
// the request from stdin as it was read, and the id of its block.
#include <fmt/format.h>

#include <exception>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "bench/axes/axes_json.hpp"
#include "bench/block.hpp"

int main() {
  using namespace tfm::bench;
  try {
    const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    const RoundRequest request = round_request_from_json(text);
    const nlohmann::ordered_json said = {{"axes", axes_json()},
                                         {"request", nlohmann::json::parse(to_json(request))},
                                         {"id", block_id(request.block)}};
    fmt::print("{}\n", said.dump());
  } catch (const std::exception& e) {
    fmt::print(stderr, "{}\n", e.what());
    return 1;
  }
  return 0;
}
