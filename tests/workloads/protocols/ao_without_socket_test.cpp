// SPDX-License-Identifier: MIT
// TCP-AO's segments without a socket, compared with RFC 9235 and with keys and MACs that are
// computed a second time. What must be refused.
#include "workloads/protocols/ao_without_socket.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/workloads/protocols/independent.hpp"
#include "tests/workloads/protocols/support.hpp"
#include "workloads/protocols/ao_peers.hpp"

namespace tfm::test {
namespace {

struct Named {
  const char *algorithm, *mac, *sub;
};
constexpr Named algorithms_by_name[] = {{"hmac(sha1)", "HMAC", "SHA1"},
                                        {"hmac(sha256)", "HMAC", "SHA256"},
                                        {"cmac(aes128)", "CMAC", "AES-128-CBC"}};
constexpr AoSegment of_a_request[] = {AoSegment::syn, AoSegment::syn_ack, AoSegment::ack,
                                      AoSegment::wrong_ack, AoSegment::reset};

independent::Octets octets(std::string_view text) { return {text.begin(), text.end()}; }
Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// A listener without a strategy.
class Listener {
 public:
  Listener(const Algorithm& a, const ProtocolOptions& options, std::uint32_t mkts,
           std::uint32_t peers)
      : algorithm(a), protocol(a, options), peers(options, mkts, peers) {
    for (std::uint32_t i = 0; i < mkts; ++i) keys.add(this->peers.mkt(i));
  }

  Packet built(AoSegment segment, std::uint32_t peer) const {
    Packet packet(AoPeers::most_bytes);
    packet.resize(peers.build(segment, peer, packet));
    EXPECT_FALSE(packet.empty());
    return packet;
  }

  AoWithoutSocket planned(const Skb& skb, const AoRequestSock* request) const {
    return skb.direction == Direction::rx
               ? received(protocol, keys, algorithm.key_bytes, skb, request)
               : sent(protocol, keys, algorithm.key_bytes, skb, *request);
  }

  Packet derived(const std::string& master, const KdfInput& input) const {
    MasterKey key;
    EXPECT_EQ(condense_master_key(algorithm, bytes_of(master), key), Errno::ok);
    const auto request = KeyedRequest::create(algorithm, key.bytes).value();
    Packet made(algorithm.key_bytes);
    EXPECT_EQ(derive_with(*request, input, made), Errno::ok);
    return made;
  }

  Packet mac(const AoWithoutSocket& plan, Bytes key, const Skb& skb) const {
    const auto request = KeyedRequest::create(algorithm, key).value();
    Packet scratch(protocol.scratch_bytes()), mac(protocol.mac_bytes());
    EXPECT_EQ(protocol.digest(*request, scratch.data(), plan.connection, skb, plan.found, mac),
              Errno::ok);
    return mac;
  }
  Packet mac(const AoWithoutSocket& plan, const Skb& skb) const {
    return mac(plan, derived(peers.master_key(plan.mkt->number), plan.input), skb);
  }

  const Algorithm& algorithm;
  TcpAo protocol;
  AoPeers peers;
  Mkts keys;
};

/// The keys of a segment: which ISN of the source, which of the destination.
std::array<std::uint32_t, 2> isns_of(AoSegment segment, const AoRequestSock& request) {
  if (segment == AoSegment::syn) return {request.peer_isn, 0};
  if (direction_of(segment) == Direction::rx) return {request.peer_isn, request.own_isn};
  return {request.own_isn, request.peer_isn};
}

TEST(AoWithoutSocket, KeysAndMacsEqualAnIndependentComputation) {
  const std::string shared = "sixteen bytes ky";  // CMAC takes this length
  for (const Named& named : algorithms_by_name) {
    for (const bool ipv6 : {false, true}) {
      for (const bool covered : {true, false}) {
        SCOPED_TRACE(named.algorithm);
        const Algorithm& a = algorithm(named.algorithm);
        const ProtocolOptions options{
            .ipv6 = ipv6, .options_covered = covered, .shared_key = shared};
        const Listener l(a, options, 10, 100);
        for (std::uint32_t peer = 0; peer < 100; ++peer) {
          const AoRequestSock request = l.peers.request(peer);
          for (const AoSegment segment : of_a_request) {
            SCOPED_TRACE("segment " + std::to_string(static_cast<int>(segment)));
            Packet packet = l.built(segment, peer);
            const Skb skb = skb_of(packet, direction_of(segment));
            const auto plan = l.planned(skb, segment == AoSegment::syn ? nullptr : &request);
            ASSERT_TRUE(plan);
            EXPECT_EQ(plan.mkt->number, l.peers.mkt_of(peer));
            const auto [source, destination] = isns_of(segment, request);
            const independent::Parts parts(packet);
            const auto key = independent::traffic_key(named.mac, named.sub, octets(shared), parts,
                                                      source, destination, a.key_bytes * 8);
            ASSERT_EQ(to_hex(l.derived(shared, plan.input)), to_hex(key));
            const std::uint32_t sne = load_be32(&parts.tcp_header[4]) < source ? 1 : 0;
            auto mac =
                independent::mac(named.mac, named.sub, key,
                                 independent::ao_message(parts, sne, tcp_header_bytes, covered));
            mac.resize(12);
            ASSERT_EQ(to_hex(l.mac(plan, skb)), to_hex(mac));
          }
        }
      }
    }
  }
}

// The first segments after a handshake can pass 2^32.
TEST(AoWithoutSocket, TheSneOfARequestSocketRollsOver) {
  const Algorithm& a = algorithm("hmac(sha1)");
  const Listener l(a, {.shared_key = "key"}, 1, 200);
  unsigned rolled = 0;
  for (std::uint32_t peer = 0; peer < 200; ++peer) {
    const AoRequestSock request = l.peers.request(peer);
    Packet packet = l.built(AoSegment::ack, peer);
    const std::uint32_t sequence = request.peer_isn + 4000;
    store_be32(&packet[ipv4_header_bytes + 4], sequence);
    const Skb skb = skb_of(packet, Direction::rx);
    const auto plan = l.planned(skb, &request);
    ASSERT_TRUE(plan);
    const independent::Parts parts(packet);
    const auto key = independent::traffic_key("HMAC", "SHA1", octets("key"), parts,
                                              request.peer_isn, request.own_isn, 160);
    const std::uint32_t sne = sequence < request.peer_isn ? 1 : 0;
    rolled += sne;
    auto mac = independent::mac("HMAC", "SHA1", key,
                                independent::ao_message(parts, sne, tcp_header_bytes, true));
    mac.resize(12);
    ASSERT_EQ(to_hex(l.mac(plan, skb)), to_hex(mac));
  }
  EXPECT_GT(rolled, 20U);
}

// The child that an ACK opens has the keys of the connection's established segments.
TEST(AoWithoutSocket, AChildHasTheConnectionsKeys) {
  for (const Named& named : algorithms_by_name) {
    const Algorithm& a = algorithm(named.algorithm);
    const std::string shared = "sixteen bytes ky";
    const Listener l(a, {.shared_key = shared}, 3, 20);
    for (std::uint32_t peer = 0; peer < 20; ++peer) {
      const AoRequestSock request = l.peers.request(peer);
      Packet ack = l.built(AoSegment::ack, peer), back = l.built(AoSegment::time_wait_ack, peer);
      const Skb skb = skb_of(ack, Direction::rx);
      const auto keys = child(l.planned(skb, &request), skb, a.key_bytes, request);
      for (const Direction d : {Direction::tx, Direction::rx}) {
        const bool tx = d == Direction::tx;
        const auto key = independent::traffic_key(
            named.mac, named.sub, octets(shared), independent::Parts(tx ? back : ack),
            tx ? request.own_isn : request.peer_isn, tx ? request.peer_isn : request.own_isn,
            a.key_bytes * 8);
        EXPECT_EQ(to_hex(l.derived(shared, keys[static_cast<std::size_t>(d)])), to_hex(key));
      }
    }
  }
}

TEST(AoWithoutSocket, ARequestSocketKeepsWhatTheSynSays) {
  const Listener l(algorithm("hmac(sha1)"), {}, 10, 100);
  for (std::uint32_t peer = 0; peer < 100; ++peer) {
    const AoRequestSock drawn = l.peers.request(peer);
    Packet syn = l.built(AoSegment::syn, peer);
    const auto plan = l.planned(skb_of(syn, Direction::rx), nullptr);
    const AoRequestSock made = request_of(plan, drawn.own_isn);
    EXPECT_EQ(made.peer_isn, drawn.peer_isn);
    EXPECT_EQ(made.own_isn, drawn.own_isn);
    EXPECT_EQ(made.key_id, drawn.key_id);
    EXPECT_EQ(made.rnext_key_id, drawn.rnext_key_id);
    // What is sent has the ids the other way round.
    Packet syn_ack = l.built(AoSegment::syn_ack, peer);
    const auto found = l.protocol.find(skb_of(syn_ack, Direction::tx));
    EXPECT_EQ(found.key_id(), made.rnext_key_id);
    EXPECT_EQ(found.rnext_key_id(), made.key_id);
  }
}

// A SYN, and all that follows it, of RFC 9235: read as a listener reads them.
TEST(AoWithoutSocket, Rfc9235) {
  std::ifstream file(TFM_SOURCE_DIR "/tests/vectors/rfc9235.json");
  const auto json = nlohmann::json::parse(file);
  const auto client = json.at("client_keyid").get<std::uint8_t>();
  const auto server = json.at("server_keyid").get<std::uint8_t>();
  unsigned syns = 0, others = 0;
  for (const auto& v : json.at("vectors")) {
    SCOPED_TRACE(v.at("section").get<std::string>());
    const bool sha1 = v.at("algorithm") == "HMAC-SHA-1-96";
    const Algorithm& a = algorithm(sha1 ? "hmac(sha1)" : "cmac(aes128)");
    Packet packet = from_hex(v.at("packet").get<std::string>()).value();
    const bool ipv6 = packet[0] >> 4 == 6;
    const bool covered = v.at("covers_options").get<bool>();
    const std::vector<std::uint8_t> master =
        from_hex(v.at("master_key").get<std::string>()).value();
    const auto source = v.at("source_isn").get<std::uint32_t>();
    const auto destination = v.at("destination_isn").get<std::uint32_t>();
    Listener l(a, {.ipv6 = ipv6, .options_covered = covered}, 1, 1);
    l.keys = {};
    l.keys.add({.send_id = server, .recv_id = client});

    // The listener is the server: what comes from port 179 is sent.
    const bool tx = load_be16(&packet[ip_header_bytes(ipv6)]) == 179;
    const Skb skb = skb_of(packet, tx ? Direction::tx : Direction::rx);
    const AoRequestSock request{.peer_isn = tx ? destination : source,
                                .own_isn = tx ? source : destination,
                                .key_id = client,
                                .rnext_key_id = server};
    const auto plan = l.planned(skb, destination == 0 ? nullptr : &request);
    ASSERT_TRUE(plan);
    const std::string text(master.begin(), master.end());
    const Packet key = l.derived(text, plan.input);
    EXPECT_EQ(to_hex(key), v.at("traffic_key").get<std::string>());
    EXPECT_EQ(to_hex(l.mac(plan, key, skb)), v.at("mac").get<std::string>());
    EXPECT_EQ(to_hex(plan.found.mac()), v.at("mac").get<std::string>());
    ++(destination == 0 ? syns : others);
  }
  EXPECT_EQ(syns, 4U);
  EXPECT_EQ(others, 11U);
}

TEST(AoWithoutSocket, RefusesWhatHasNoKey) {
  const Listener l(algorithm("hmac(sha1)"), {}, 10, 100);
  const std::uint32_t peer = 30;
  const AoRequestSock request = l.peers.request(peer);
  const std::size_t option = ipv4_header_bytes + tcp_header_bytes;

  Packet syn = l.built(AoSegment::syn, peer);
  for (unsigned id = 0; id < 256; ++id) {
    syn[option + 2] = static_cast<std::uint8_t>(id);
    EXPECT_EQ(bool(l.planned(skb_of(syn, Direction::rx), nullptr)), id == request.key_id) << id;
  }
  Packet stranger = l.built(AoSegment::syn, peer);
  stranger[ipv4_addresses_at] = 11;  // an address that no MKT is for
  EXPECT_FALSE(l.planned(skb_of(stranger, Direction::rx), nullptr));
  Packet unsigned_syn = l.built(AoSegment::syn, peer);
  std::fill_n(&unsigned_syn[option], TcpAo::option_bytes, std::uint8_t{1});  // NOPs
  EXPECT_FALSE(l.planned(skb_of(unsigned_syn, Direction::rx), nullptr));

  // Without a request socket the ISNs are not known.
  for (const AoSegment segment : {AoSegment::ack, AoSegment::wrong_ack, AoSegment::fin}) {
    Packet packet = l.built(segment, peer);
    EXPECT_FALSE(l.planned(skb_of(packet, Direction::rx), nullptr));
    EXPECT_TRUE(l.planned(skb_of(packet, Direction::rx), &request));
  }
  Packet syn_ack = l.built(AoSegment::syn_ack, peer);
  EXPECT_FALSE(l.planned(skb_of(syn_ack, Direction::rx), nullptr));
  EXPECT_TRUE(l.planned(skb_of(syn_ack, Direction::tx), &request));

  // The peer asked for a key that the listener has not.
  AoRequestSock other = request;
  other.rnext_key_id = static_cast<std::uint8_t>(~request.rnext_key_id);
  EXPECT_FALSE(l.planned(skb_of(syn_ack, Direction::tx), &other));
  syn_ack[option + 2] = other.rnext_key_id;
  EXPECT_FALSE(l.planned(skb_of(syn_ack, Direction::tx), &other));
}

// Any bit of a SYN that the MAC covers, flipped, is refused; so are the ISNs, which the key covers.
TEST(AoWithoutSocket, AFlippedSynIsRefused) {
  for (const bool ipv6 : {false, true}) {
    const Listener l(algorithm("hmac(sha1)"), {.ipv6 = ipv6}, 1, 10);
    Packet packet = l.built(AoSegment::syn, 3);
    {
      const Skb skb = skb_of(packet, Direction::rx);
      const auto plan = l.planned(skb, nullptr);
      const Packet mac = l.mac(plan, skb);
      std::ranges::copy(mac, plan.found.mac().begin());
    }
    const Packet sound = packet;
    unsigned covered = 0, others = 0;
    for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
      packet = sound;
      const bool counts = l.protocol.covers(skb_of(packet, Direction::rx), bit / 8);
      packet[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      const Skb skb = skb_of(packet, Direction::rx);
      const auto plan = l.planned(skb, nullptr);
      const bool accepted = plan && equal_constant_time(l.mac(plan, skb), plan.found.mac());
      if (counts) {
        EXPECT_FALSE(accepted) << "bit " << bit;
      }
      covered += counts ? 1 : 0;
      others += accepted ? 1 : 0;
    }
    EXPECT_GT(covered, 8U * 40);
    EXPECT_GT(others, 8U) << "no flip at all is accepted: the SYN was not authentic";
  }
}

}  // namespace
}  // namespace tfm::test
