// SPDX-License-Identifier: MIT
#include "bench/driver/asked.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "bench/or_null.hpp"
#include "bench/result_file.hpp"

namespace tfm::bench {
namespace {

using nlohmann::json;

json texts(const std::vector<AxisValues>& options) {
  json texts = json::array();
  for (const AxisValues& o : options) {
    texts.push_back(fmt::format("{}={}", o.axis, fmt::join(o.values, ",")));
  }
  return texts;
}

/// Throws std::runtime_error with one line if an axis or a value is not known to this version.
std::vector<AxisValues> options(std::string_view option, const json& texts) {
  std::vector<AxisValues> options;
  for (const json& text : texts) {
    auto values = parse_axis_values(option, text.get<std::string>());
    if (!values) throw std::runtime_error(values.error());
    options.push_back(std::move(*values));
  }
  return options;
}

std::optional<std::uint32_t> count(const json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<std::uint32_t>();
}

}  // namespace

json asked_json(const Asked& asked) {
  json j = {{"command_line", asked.command_line},
            {"matrix_text", asked.matrix_text},
            {"set", texts(asked.set)},
            {"filter", texts(asked.filter)},
            {"rounds", or_null(asked.rounds)},
            {"sittings", or_null(asked.sittings)}};
  if (asked.precision_percent) j["precision_percent"] = *asked.precision_percent;
  if (asked.max_time) j["max_time_seconds"] = asked.max_time->count();
  return j;
}

OrLine<Asked> asked_of(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "run.json";
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    return tl::unexpected(
        fmt::format("--from {}: not the folder of a run: no run.json in it", folder.string()));
  }
  const auto text = read_whole(file);
  if (!text) return tl::unexpected(text.error());
  const json run = json::parse(*text, nullptr, false);
  if (!run.is_object()) {
    return tl::unexpected(fmt::format("{}: it is truncated or not JSON", file.string()));
  }
  if (!run.contains("asked")) {
    return tl::unexpected(
        fmt::format("{} does not keep what the run was asked for: it is older than --from; run its "
                    "matrix with its options again, the blocks are listed there",
                    file.string()));
  }
  try {
    const json& asked = run.at("asked");
    Asked a;
    a.matrix_source = fmt::format("{}, matrix_text", file.string());
    a.matrix_text = asked.at("matrix_text").get<std::string>();
    a.set = options("--set", asked.at("set"));
    a.filter = options("--filter", asked.at("filter"));
    a.rounds = count(asked.at("rounds"));
    a.sittings = count(asked.at("sittings"));
    if (asked.contains("precision_percent")) {
      a.precision_percent = asked["precision_percent"].get<double>();
    }
    if (asked.contains("max_time_seconds") && !asked["max_time_seconds"].is_null()) {
      a.max_time = std::chrono::seconds(asked["max_time_seconds"].get<std::int64_t>());
    }
    a.seed = run.at("seed").get<std::uint64_t>();
    return a;
  } catch (const std::exception& e) {  // a key is missing or of another type
    return tl::unexpected(fmt::format("{}: asked: {}", file.string(), e.what()));
  }
}

OrLine<Asked> asked_of_matrix(Asked asked, std::string_view matrix) {
  const auto file = find_matrix(matrix);
  if (!file) return tl::unexpected(file.error());
  auto text = read_whole(*file);
  if (!text) return tl::unexpected(text.error());
  asked.matrix_source = file->string();
  asked.matrix_text = std::move(*text);
  return asked;
}

OrLine<Matrix> matrix_of(const Asked& asked) {
  auto matrix = parse_matrix(asked.matrix_text, asked.matrix_source);
  if (!matrix) return matrix;
  for (const AxisValues& values : asked.set) set_axis(*matrix, values);
  if (asked.rounds) {
    matrix->rounds = *asked.rounds;
    matrix->precision.reset();
  }
  if ((asked.precision_percent || asked.max_time) && !matrix->precision) {
    matrix->precision.emplace();
  }
  if (asked.precision_percent) matrix->precision->percent = *asked.precision_percent;
  if (asked.max_time) matrix->precision->max_time = asked.max_time;
  if (asked.sittings) matrix->sittings = *asked.sittings;
  if (matrix->sittings > matrix->rounds) {
    return tl::unexpected(
        fmt::format("{}; see --rounds and --sittings", fewer_rounds_than_sittings(*matrix)));
  }
  return matrix;
}

}  // namespace tfm::bench
