// SPDX-License-Identifier: MIT
// What a run was asked for. run.json keeps it, so that `run --from` can ask for the same again.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/driver/matrix.hpp"

namespace tfm::bench {

struct Asked {
  std::vector<std::string> command_line;  ///< the words after the program's name
  std::string matrix_source;              ///< the matrix's file, for errors
  std::string matrix_text;                ///< what was in it
  std::vector<AxisValues> set, filter;
  std::optional<std::uint32_t> rounds, sittings;
  std::optional<double> precision_percent;
  std::optional<std::chrono::seconds> max_time;
  std::uint64_t seed = 1;
};

/// `asked` of run.json. The seed has a key of its own there.
nlohmann::json asked_json(const Asked& asked);

/// What the run in `folder` was asked for, without its command line. Errors: it is not the folder
/// of a run, or its run.json is from before `asked` was kept.
OrLine<Asked> asked_of(const std::filesystem::path& folder);

/// What `asked` says, of a matrix as the user named it: a file, or the name of one in
/// bench/matrices. Errors: it is not found or cannot be read.
OrLine<Asked> asked_of_matrix(Asked asked, std::string_view matrix);

/// The matrix with --set, --rounds, --precision, --max-time and --sittings applied. The filter is
/// the plan's.
OrLine<Matrix> matrix_of(const Asked& asked);

}  // namespace tfm::bench
