// SPDX-License-Identifier: MIT
// Blocks as JSON: committed blocks keep their text and the words of their id, and reading is
// strict.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/result_file.hpp"
#include "tests/bench/axes/support.hpp"

namespace tfm::bench::test {
namespace {

using nlohmann::json;

json request_of(const json& block, const std::string& id) {
  return {{"block", block},
          {"block_id", id},
          {"kind", "timed"},
          {"round", 0},
          {"seed", 1},
          {"baseline", "percpu_pool"},
          {"strategies", {"percpu_pool"}},
          {"aa_copies", 1},
          {"cores", json::array()},
          {"origin",
           {{"host", "0123456789ab"},
            {"kind", "ba9876543210"},
            {"revision", "unknown"},
            {"build", "b01dfaceb01d"}}},
          {"start", "2026-01-31T12:00:00Z"}};
}

/// The error of reading the request, or empty.
std::string refusal(const json& request) {
  try {
    (void)round_request_from_json(request.dump());
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return {};
}

/// A committed block with every axis. Those that it lacks are newer: they have what older files
/// mean.
json with_newer_axes(json block) {
  for (const Axis& axis : axes()) {
    if (block.contains(axis.name)) continue;
    EXPECT_GT(axis.since, 1U) << axis.name;
    const std::string meant(axis.before.empty() ? axis.get(Block{}) : axis.before);
    block[axis.name] = axis.type() == AxisType::text ? json(meant) : json::parse(meant);
  }
  return block;
}

TEST(Request, EveryCommittedBlockHasTheSameTextAndTheSameId) {
  std::size_t blocks = 0;
  for (const auto& run : std::filesystem::directory_iterator(TFM_SOURCE_DIR "/results/reference")) {
    if (run.path().filename() == "kernel") continue;  // lanes of the real kernel have no matrix
    const auto text = read_whole(run.path() / "run.json");
    ASSERT_TRUE(text) << text.error();
    const json parsed = json::parse(*text);
    for (const json& block : parsed["matrix"]["blocks"]) {
      const json axes_now = with_newer_axes(block["axes"]);
      const json request = request_of(axes_now, block["id"]);
      SCOPED_TRACE(block["id"]);
      ASSERT_EQ(refusal(request), "");
      const RoundRequest read = round_request_from_json(request.dump());
      EXPECT_EQ(to_json(read), request.dump());
      EXPECT_EQ(block_json(read.block), axes_now.dump());
      EXPECT_EQ(block_id(read.block), block["id"]);
      ++blocks;
    }
  }
  EXPECT_GE(blocks, 253U);
}

TEST(Request, ABlockLacksNoAxisAndHasNoOther) {
  const Block block = a_block();
  const json axes_of_block = json::parse(block_json(block));
  ASSERT_EQ(axes_of_block.size(), axes().size());
  for (const Axis& axis : axes()) {
    json without = axes_of_block;
    without.erase(std::string(axis.name));
    EXPECT_EQ(refusal(request_of(without, block_id(block))),
              "block lacks " + std::string(axis.name));
    json wrong = axes_of_block;
    wrong[axis.name] = json::array();
    EXPECT_NE(refusal(request_of(wrong, block_id(block))).find(axis.name), std::string::npos);
  }
  json more = axes_of_block;
  more["toy"] = 1;
  EXPECT_EQ(refusal(request_of(more, block_id(block))), "block has 1 unknown keys");
}

TEST(Request, AFaultLacksNoFieldAndHasNoOther) {
  Block block = a_block();
  set(block, "faults", "kth=1");
  const json axes_of_block = json::parse(block_json(block));
  ASSERT_EQ(axes_of_block["faults"].size(), fault_fields().size());
  for (const FaultField& field : fault_fields()) {
    json without = axes_of_block;
    without["faults"].erase(std::string(field.name));
    EXPECT_EQ(refusal(request_of(without, block_id(block))),
              "faults lacks " + std::string(field.name));
  }
  json more = axes_of_block;
  more["faults"]["toy"] = 1;
  EXPECT_EQ(refusal(request_of(more, block_id(block))), "faults has 1 unknown keys");
}

TEST(Request, AValueThatItsAxisDoesNotTakeIsRefused) {
  Block block = a_block();
  block.ip = "v5";
  EXPECT_EQ(refusal(request_of(json::parse(block_json(block)), block_id(block))),
            "request: " + wrong_axis_value(block));
}

TEST(Request, TellsWhereAndWhenTheRoundIsMeasured) {
  const Block block = a_block();
  const json request = request_of(json::parse(block_json(block)), block_id(block));
  const RoundRequest read = round_request_from_json(request.dump());
  EXPECT_EQ(read.origin.host, "0123456789ab");
  EXPECT_EQ(read.origin.kind, "ba9876543210");
  EXPECT_EQ(read.origin.revision, "unknown");
  EXPECT_EQ(read.origin.build, "b01dfaceb01d");
  EXPECT_EQ(read.start, "2026-01-31T12:00:00Z");
  json late = request;
  late["start"] = "2026-02-30T12:00:00Z";
  EXPECT_EQ(refusal(late),
            "request: start \"2026-02-30T12:00:00Z\" is not a time such as 2026-01-31T12:00:00Z");
  for (const char* key : {"host", "kind", "revision", "build"}) {
    json without = request;
    without["origin"].erase(key);
    EXPECT_EQ(refusal(without), std::string("origin lacks ") + key);
  }
}

TEST(Request, KindsAreThePassNames) {
  const Block block = a_block();
  json request = request_of(json::parse(block_json(block)), block_id(block));
  for (const Pass pass : all_passes) {
    request["kind"] = pass_name(pass);
    EXPECT_EQ(round_request_from_json(request.dump()).pass, pass);
  }
  request["kind"] = "timid";
  EXPECT_EQ(refusal(request),
            "request: unknown kind \"timid\"; did you mean \"timed\"? "
            "There are: timed, counted, pressure, in_flight");
}

TEST(BlockId, EveryAxisThatIsSetChangesIt) {
  const Block block = a_block();
  for (const Axis& axis : axes()) {
    Block other = block;
    set(other, axis.name, unusual_value(axis));
    if (other == block) continue;  // a_block() has that algorithm
    const std::string id = block_id(block), other_id = block_id(other);
    EXPECT_NE(id.substr(id.rfind('-')), other_id.substr(other_id.rfind('-'))) << axis.name;
  }
}

TEST(BlockId, ShowsAxesThatOlderFilesDoNotMeanInTheTablesOrder) {
  Block block = a_block();
  for (const char* axis : {"faults", "ring", "churn_percent", "load", "forged_percent", "cache"}) {
    set(block, axis, unusual_value(*find_axis(axis)));
  }
  const std::string id = block_id(block);
  EXPECT_EQ(
      id.substr(0, id.rfind('-')),
      "tcp_ao_bgp_update-hmac_sha1-nettle-1000s-polluted_64-load50-churn-huge_pages-ring1-faults");
}

}  // namespace
}  // namespace tfm::bench::test
