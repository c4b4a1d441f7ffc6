// SPDX-License-Identifier: MIT
#include "bench/verify/rfc9235.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/keyed_request.hpp"
#include "workloads/protocols/kdf.hpp"
#include "workloads/protocols/tcp_ao.hpp"

namespace tfm::bench {
namespace {

using Json = nlohmann::json;

std::vector<std::uint8_t> bytes_of(const Json& vector, const char* key) {
  const auto text = vector.at(key).get<std::string>();
  auto bytes = from_hex(text);
  if (!bytes) throw std::runtime_error(fmt::format("{} is not hex: \"{}\"", key, text));
  return std::move(*bytes);
}

/// Checks the range: get<>() would convert -1 to 255.
template <class T>
T number_of(const Json& object, const char* key) {
  const Json& value = object.at(key);
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<T>::max())
    throw std::runtime_error(
        fmt::format("{} is not a number from 0 to {}", key, std::numeric_limits<T>::max()));
  return value.get<T>();
}

AoVector vector_of(const Json& file, const Json& v) {
  return {.section = v.at("section").get<std::string>(),
          .algorithm = v.at("algorithm").get<std::string>(),
          .covers_options = v.at("covers_options").get<bool>(),
          .source_isn = number_of<std::uint32_t>(v, "source_isn"),
          .destination_isn = number_of<std::uint32_t>(v, "destination_isn"),
          .sne = number_of<std::uint32_t>(v, "sne"),
          .client_keyid = number_of<std::uint8_t>(file, "client_keyid"),
          .server_keyid = number_of<std::uint8_t>(file, "server_keyid"),
          .master_key = bytes_of(v, "master_key"),
          .packet = bytes_of(v, "packet"),
          .traffic_key = bytes_of(v, "traffic_key"),
          .mac = bytes_of(v, "mac")};
}

KdfContext context_of(const AoVector& vector, const Skb& skb, const TcpSegment& tcp, bool ipv6) {
  KdfContext context{.ipv6 = ipv6,
                     .source = {},
                     .destination = {},
                     .source_isn = vector.source_isn,
                     .destination_isn = vector.destination_isn};
  const std::uint8_t* addresses = skb.data + (ipv6 ? ipv6_addresses_at : ipv4_addresses_at);
  std::copy_n(addresses, address_bytes(ipv6), context.source.address.begin());
  std::copy_n(addresses + address_bytes(ipv6), address_bytes(ipv6),
              context.destination.address.begin());
  context.source.port = tcp.source_port();
  context.destination.port = tcp.destination_port();
  return context;
}

}  // namespace

tl::expected<std::vector<AoVector>, std::string> read_ao_vectors(std::string_view json,
                                                                 std::string_view source) try {
  const Json file = Json::parse(json);
  std::vector<AoVector> vectors;
  for (const Json& v : file.at("vectors")) {
    try {
      vectors.push_back(vector_of(file, v));
    } catch (const std::exception& e) {
      return tl::unexpected(fmt::format("{}: vector {}: {}", source, vectors.size() + 1, e.what()));
    }
  }
  if (vectors.empty()) return tl::unexpected(fmt::format("{}: holds no vectors", source));
  return vectors;
} catch (const std::exception& e) {
  return tl::unexpected(fmt::format("{}: not a file of TCP-AO vectors: {}", source, e.what()));
}

std::optional<std::string> check_ao_vector(const AoVector& vector, const Algorithm& algorithm) {
  const auto wrong = [&](std::string_view what, std::string_view is, std::string_view should) {
    return fmt::format("RFC 9235 {} with {} of {}: {} is {}, should be {}", vector.section,
                       algorithm.name, algorithm.provider, what, is, should);
  };
  std::vector<std::uint8_t> packet = vector.packet;
  const bool ipv6 = !packet.empty() && packet[0] >> 4 == 6;
  const Skb skb{packet.data(), 0, static_cast<std::uint16_t>(packet.size()), Direction::tx, false};
  const TcpSegment tcp = packet.size() > 0xffff ? TcpSegment{} : find_tcp(skb, ipv6);
  if (!tcp) return wrong("the packet", "no TCP segment", "one");

  std::array<std::uint8_t, max_digest_bytes> key{};
  Errno e =
      derive_traffic_key(algorithm, vector.master_key, context_of(vector, skb, tcp, ipv6), key);
  if (failed(e)) return wrong("the key derivation", name(e), "ok");
  const Bytes traffic_key{key.data(), algorithm.key_bytes};
  if (!std::ranges::equal(traffic_key, vector.traffic_key))
    return wrong("the traffic key", to_hex(traffic_key), to_hex(vector.traffic_key));

  const TcpAo protocol(algorithm, {.ipv6 = ipv6, .options_covered = vector.covers_options});
  constexpr std::uint16_t server_port = 179;
  TcpAo::Connection connection;
  connection.sne_base[0] = {vector.sne, tcp.sequence()};
  connection.key_id[0] =
      tcp.destination_port() == server_port ? vector.client_keyid : vector.server_keyid;
  const TcpAo::Found found = protocol.find(connection, skb);
  const MutableBytes carried = found.mac();
  if (carried.empty()) return wrong("the packet", "without a MAC", "with one");
  auto request = KeyedRequest::create(algorithm, traffic_key);
  if (!request) return wrong("the transform", name(request.error()), "ok");
  std::uint8_t scratch[max_tcp_header_bytes];
  std::array<std::uint8_t, max_digest_bytes> digest{};
  e = protocol.digest(**request, scratch, connection, skb, found, digest);
  if (failed(e)) return wrong("the digest", name(e), "ok");
  const Bytes mac{digest.data(), protocol.mac_bytes()};
  if (!std::ranges::equal(mac, vector.mac))
    return wrong("the MAC", to_hex(mac), to_hex(vector.mac));
  if (!std::ranges::equal(mac, carried))
    return wrong("the packet's MAC", to_hex(carried), to_hex(mac));
  return std::nullopt;
}

}  // namespace tfm::bench
