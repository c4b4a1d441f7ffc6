// SPDX-License-Identifier: MIT
// The MACs of multibuffer. They are algorithms like a provider's, except that final() submits a job
// and returns einprogress.
//
// A transform's context holds the key in the form that libipsec-mb's jobs need. For HMAC (RFC 2104)
// that is the hash's state after the block key ^ ipad, and the state after the block key ^ opad.
// For CMAC (RFC 4493) it is the expanded AES key and the two subkeys. A job cannot compute the HMAC
// of an empty text: the library refuses it, and without the library's checks that lane computes
// wrong results from then on. So HMAC keeps the MAC of the empty text beside the key. CMAC takes an
// empty text like any other.
#pragma once

#include <array>
#include <cstdint>

#include "runtime/bytes.hpp"
#include "strategies/job_lanes.hpp"

namespace tfm {

/// An algorithm that a strategy owns. setkey() finds the library's functions here.
struct MultibufferMac : Algorithm {
  const IMB_MGR* library;

  static const IMB_MGR& library_of(void* transform_context) noexcept {
    const Algorithm* algorithm = Transform::of(transform_context)->algorithm;
    return *static_cast<const MultibufferMac*>(algorithm)->library;
  }
};

/// What HMAC and CMAC share. `Mac` has the template, the digest's length, the Key, setkey(), and
/// describe(), which fills in a job.
template <class Mac>
struct GatheredMac {
  static Errno init(void* request, void* transform) noexcept {
    if (!static_cast<const typename Mac::Key*>(transform)->set) return Errno::enokey;
    Lane& lane = Lane::of(request);
    if (lane.status == Errno::einprogress) return Errno::ebusy;
    lane.text_bytes = 0;
    return Errno::ok;
  }

  /// Errors: enospc: the text does not fit in its lane.
  static Errno update(void* request, void*, Bytes data) noexcept {
    Lane& lane = Lane::of(request);
    if (data.size() > lane_text_bytes - lane.text_bytes) return Errno::enospc;
    if (data.empty()) return Errno::ok;
    std::memcpy(lane.text + lane.text_bytes, data.data(), data.size());
    lane.text_bytes += static_cast<std::uint32_t>(data.size());
    return Errno::ok;
  }

  /// `digest` is written when the job ends, and must stay valid until then. Errors: einprogress.
  static Errno final(void* request, void* transform, MutableBytes digest) noexcept {
    Lane& lane = Lane::of(request);
    const auto& key = *static_cast<const typename Mac::Key*>(transform);
    if constexpr (requires { key.of_nothing; }) {
      if (lane.text_bytes == 0) {
        std::memcpy(digest.data(), key.of_nothing, digest.size());
        return Errno::ok;
      }
    }
    lane.mac = digest.data();
    lane.mac_bytes = static_cast<std::uint32_t>(digest.size());
    lane.owner->submit(lane, [&key](IMB_JOB& job) { Mac::describe(job, key); });
    return Errno::einprogress;
  }

  static MultibufferMac algorithm(std::string_view name, std::uint16_t key_bytes,
                                  const IMB_MGR& library) noexcept {
    MultibufferMac mac{};
    mac.name = name;
    mac.provider = "libipsec-mb";
    mac.tmpl = Mac::tmpl;
    mac.digest_bytes = Mac::digest_bytes;
    mac.key_bytes = key_bytes;
    mac.keyed = mac.flat = true;
    mac.transform_context_bytes = sizeof(typename Mac::Key);
    mac.request_context_bytes = Lane::context_bytes();
    mac.setkey = Mac::setkey;
    mac.init = init;
    mac.update = update;
    mac.final = final;
    mac.library = &library;
    return mac;
  }
};

/// HMAC over the hash with these functions of the library.
template <IMB_HASH_ALG job_hash, std::size_t hash_bytes, std::size_t block_bytes,
          hash_one_block_t IMB_MGR::*one_block, hash_fn_t IMB_MGR::*hash>
struct MultibufferHmac
    : GatheredMac<MultibufferHmac<job_hash, hash_bytes, block_bytes, one_block, hash>> {
  static constexpr Template tmpl = Template::hmac;
  static constexpr std::uint16_t digest_bytes = hash_bytes;

  struct Key {
    std::uint8_t ipad[hash_bytes], opad[hash_bytes];
    std::uint8_t of_nothing[hash_bytes];  ///< the MAC of an empty text
    bool set;
  };

  static Errno setkey(void* transform, Bytes key, Gfp) noexcept {
    const IMB_MGR& library = MultibufferMac::library_of(transform);
    auto& to = *static_cast<Key*>(transform);
    std::uint8_t block[block_bytes] = {};
    if (key.size() > block_bytes) {
      (library.*hash)(key.data(), key.size(), block);
    } else if (!key.empty()) {
      std::memcpy(block, key.data(), key.size());
    }
    // `outer` is the block key ^ opad, then H(key ^ ipad): its hash is the MAC of the empty text.
    std::uint8_t outer[block_bytes + hash_bytes];
    for (std::size_t i = 0; i < block_bytes; ++i) {
      block[i] ^= 0x36;
      outer[i] = block[i] ^ 0x36 ^ 0x5c;
    }
    (library.*one_block)(block, to.ipad);
    (library.*one_block)(outer, to.opad);
    (library.*hash)(block, sizeof block, outer + block_bytes);
    (library.*hash)(outer, sizeof outer, to.of_nothing);
    memzero_explicit(block, sizeof block);
    memzero_explicit(outer, sizeof outer);
    to.set = true;
    return Errno::ok;
  }

  static void describe(IMB_JOB& job, const Key& key) noexcept {
    job.hash_alg = job_hash;
    job.auth_tag_output_len_in_bytes = hash_bytes;
    job.u.HMAC._hashed_auth_key_xor_ipad = key.ipad;
    job.u.HMAC._hashed_auth_key_xor_opad = key.opad;
  }
};

struct MultibufferCmac : GatheredMac<MultibufferCmac> {
  static constexpr Template tmpl = Template::cmac;
  static constexpr std::uint16_t digest_bytes = 16;

  static constexpr std::size_t schedule_bytes = std::size_t{11} * 16;  ///< FIPS 197: 10 rounds

  /// The library needs its keys aligned to 16; a context is aligned to 8.
  struct Key {
    std::uint8_t parts[schedule_bytes + 16 + 16 + 8];
    bool set;

    std::size_t padding() const noexcept { return reinterpret_cast<std::uintptr_t>(parts) % 16; }
  };

  /// Errors: ekeyrejected; then there is no key.
  static Errno setkey(void* transform, Bytes key, Gfp) noexcept {
    auto& to = *static_cast<Key*>(transform);
    to.set = false;
    if (key.size() != IMB_KEY_128_BYTES) return Errno::ekeyrejected;
    const IMB_MGR& library = MultibufferMac::library_of(transform);
    alignas(16) std::uint8_t decryption[schedule_bytes];
    std::uint8_t* schedule = to.parts + to.padding();
    library.keyexp_128(key.data(), schedule, decryption);
    library.cmac_subkey_gen_128(schedule, schedule + schedule_bytes,
                                schedule + schedule_bytes + 16);
    memzero_explicit(decryption, sizeof decryption);
    to.set = true;
    return Errno::ok;
  }

  static void describe(IMB_JOB& job, const Key& key) noexcept {
    const std::uint8_t* schedule = key.parts + key.padding();
    job.hash_alg = IMB_AUTH_AES_CMAC;
    job.auth_tag_output_len_in_bytes = digest_bytes;
    job.u.CMAC._key_expanded = schedule;
    job.u.CMAC._skey1 = schedule + schedule_bytes;
    job.u.CMAC._skey2 = schedule + schedule_bytes + 16;
  }
};

/// All MACs of one strategy. Their keys are set with the functions of `library`.
class MultibufferMacs {
 public:
  explicit MultibufferMacs(const IMB_MGR& library) noexcept
      : all_{HmacSha1::algorithm(names[0], 20, library),
             HmacSha256::algorithm(names[1], 32, library),
             HmacSha512::algorithm(names[2], 64, library),
             MultibufferCmac::algorithm(names[3], 16, library)} {}

  static constexpr bool has(std::string_view name) noexcept { return number(name) < names.size(); }
  /// has(name) must be true.
  const Algorithm& of(std::string_view name) const noexcept { return all_[number(name)]; }

 private:
  using HmacSha1 =
      MultibufferHmac<IMB_AUTH_HMAC_SHA_1, 20, 64, &IMB_MGR::sha1_one_block, &IMB_MGR::sha1>;
  using HmacSha256 =
      MultibufferHmac<IMB_AUTH_HMAC_SHA_256, 32, 64, &IMB_MGR::sha256_one_block, &IMB_MGR::sha256>;
  using HmacSha512 =
      MultibufferHmac<IMB_AUTH_HMAC_SHA_512, 64, 128, &IMB_MGR::sha512_one_block, &IMB_MGR::sha512>;

  static constexpr std::array<std::string_view, 4> names = {"hmac(sha1)", "hmac(sha256)",
                                                            "hmac(sha512)", "cmac(aes128)"};
  /// The index in `names`, or names.size() if it is not there. An alias (NAME#2) is the algorithm
  /// that it names.
  static constexpr std::size_t number(std::string_view name) noexcept {
    std::size_t i = 0;
    while (i < names.size() && names[i] != name.substr(0, name.find('#'))) ++i;
    return i;
  }

  std::array<MultibufferMac, 4> all_;
};

}  // namespace tfm
