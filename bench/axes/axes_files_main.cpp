// SPDX-License-Identifier: MIT
// The program behind the target axes_files: writes the committed files that are made from
// bench/axes/axes.def.
#include <fmt/format.h>

#include <cstdio>

#include "bench/axes/axes_files.hpp"
#include "bench/result_file.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: tfmbench_axes_files SOURCE_DIR\n");
    return 2;
  }
  const auto files = tfm::bench::axes_files(argv[1]);
  if (!files) {
    fmt::print(stderr, "tfmbench_axes_files: {}\n", files.error());
    return 2;
  }
  for (const tfm::bench::AxesFile& file : *files) {
    if (const auto written = tfm::bench::write_whole(file.path, file.text); !written) {
      fmt::print(stderr, "tfmbench_axes_files: {}\n", written.error());
      return 2;
    }
  }
  return 0;
}
