// SPDX-License-Identifier: MIT
#include "bench/axes/axes_files.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "bench/axes/axes_json.hpp"
#include "bench/axes/axes_tables.hpp"
#include "bench/result_file.hpp"

namespace tfm::bench {

tl::expected<std::vector<AxesFile>, std::string> axes_files(const std::filesystem::path& source) {
  const std::filesystem::path document = source / "docs/matrices.md";
  auto text = read_whole(document);
  if (!text) return tl::unexpected(std::move(text.error()));
  auto filled = with_axes_tables(std::move(*text));
  if (!filled) {
    return tl::unexpected(fmt::format("{}: {}", document.string(), filled.error()));
  }
  return std::vector<AxesFile>{
      {source / "results/schema/axes.schema.json", axes_schema().dump(1) + '\n'},
      {document, std::move(*filled)}};
}

}  // namespace tfm::bench
