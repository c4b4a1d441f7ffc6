# SPDX-License-Identifier: MIT
"""What kernel/module has to compute, computed without it.

The patterns of keys and packets are written down here a second time. HMAC and MD5 are hashlib's; CMAC and AES are the
openssl program's; GCM's GHASH is ours. `known_answers.py` prints kernel/module/known_answers.c.
"""

import hashlib
import hmac
import struct
import subprocess

SIZES = (64, 92, 512, 1440)
SOCKETS = (0, 1)
KEY_BYTES = {"hmac(sha1)": 20, "hmac(sha256)": 32, "cmac(aes)": 16, "md5": 16, "gcm(aes)": 16}
IDS = {"hmac(sha1)": "TFM_HMAC_SHA1", "hmac(sha256)": "TFM_HMAC_SHA256", "cmac(aes)": "TFM_CMAC_AES",
       "md5": "TFM_MD5", "gcm(aes)": "TFM_GCM_AES"}  # fmt: skip

SNE = 0x01020304
SADDR = bytes([192, 0, 2, 1])
DADDR = bytes([198, 51, 100, 2])
SPI = 0x00C0FFEE
SEQUENCE = 0x05060708
SALT = 0xA1A2A3A4


def key_of(socket: int, length: int) -> bytes:
    return struct.pack("<I", socket) + bytes((0x40 + 29 * i) & 0xFF for i in range(4, length))


def data_of(length: int) -> bytes:
    return bytes((11 + 31 * i + 17 * (i >> 8)) & 0xFF for i in range(length))


def segment(algorithm: str, length: int) -> bytes:
    """SNE, pseudo-header, header copy with TCP-AO's option alone, data; md5 has no SNE and no options."""
    keyed = algorithm != "md5"
    header = bytearray((3 + 7 * i) & 0xFF for i in range(36 if keyed else 20))
    header[16:18] = bytes(2)  # the checksum
    if keyed:
        header[24:36] = bytes(12)  # the MAC
    pseudo = SADDR + DADDR + struct.pack(">BBH", 0, 6, len(header) + length)
    return (struct.pack(">I", SNE) if keyed else b"") + pseudo + bytes(header) + data_of(length)


def openssl(arguments: list[str], data: bytes) -> bytes:
    return subprocess.run(["openssl", *arguments], input=data, stdout=subprocess.PIPE, check=True).stdout


def cmac(key: bytes, message: bytes) -> bytes:
    out = openssl(["mac", "-cipher", "AES-128-CBC", "-macopt", f"hexkey:{key.hex()}", "CMAC"], message)
    return bytes.fromhex(out.decode())


def aes_blocks(key: bytes, blocks: bytes) -> bytes:
    return openssl(["enc", "-aes-128-ecb", "-nopad", "-K", key.hex()], blocks)


def multiply(x: int, y: int) -> int:
    """In GCM's field: bit 127 is the first."""
    product = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            product ^= y
        y = y >> 1 ^ (0xE1 << 120 if y & 1 else 0)
    return product


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 16)


def gcm(key: bytes, iv: bytes, aad: bytes, text: bytes) -> tuple[bytes, bytes]:
    """Ciphertext and tag (NIST SP 800-38D)."""
    counters = b"".join(iv + struct.pack(">I", 1 + i) for i in range(1 + -(-len(text) // 16)))
    stream = aes_blocks(key, bytes(16) + counters)
    h = int.from_bytes(stream[:16], "big")
    cipher = bytes(a ^ b for a, b in zip(text, stream[32:]))
    state = 0
    hashed = padded(aad) + padded(cipher) + struct.pack(">QQ", 8 * len(aad), 8 * len(cipher))
    for i in range(0, len(hashed), 16):
        state = multiply(state ^ int.from_bytes(hashed[i : i + 16], "big"), h)
    return cipher, (state ^ int.from_bytes(stream[16:32], "big")).to_bytes(16, "big")


def esp(key: bytes, length: int) -> tuple[bytes, bytes]:
    """Ciphertext and ICV of an ESP packet: AAD with both halves of the sequence number, trailer encrypted."""
    padding = -(length + 2) % 4
    text = data_of(length) + bytes(range(1, padding + 1)) + bytes([padding, 4])
    return gcm(key, struct.pack(">III", SALT, SNE, SEQUENCE), struct.pack(">III", SPI, SNE, SEQUENCE), text)


def answer(algorithm: str, length: int, socket: int) -> bytes:
    key = key_of(socket, KEY_BYTES[algorithm])
    message = segment(algorithm, length)
    if algorithm == "md5":
        return hashlib.md5(message + key).digest()
    if algorithm == "cmac(aes)":
        return cmac(key, message)
    if algorithm == "gcm(aes)":
        return esp(key, length)[1]
    return hmac.new(key, message, algorithm.removeprefix("hmac(").removesuffix(")")).digest()


HEAD = """\
// SPDX-License-Identifier: GPL-2.0
/*
 * The MACs of the first two sockets. tests/kernel/module/known_answers.py printed this file: it
 * computes them with hashlib and openssl from the patterns of algorithm.c, packets.c and esp.h.
 */
#include <linux/kernel.h>

#include "tfmbench.h"

static const struct {
\tenum tfm_algorithm_id id;
\tunsigned int bytes;
\tunsigned int socket;
\tu8 mac[TFM_MAX_MAC_BYTES];
} answers[] = {
"""

TAIL = """\
};

/* NULL if it is not known. */
const u8 *tfm_known_answer(enum tfm_algorithm_id id, unsigned int bytes, unsigned int socket)
{
\tunsigned int i;

\tfor (i = 0; i < ARRAY_SIZE(answers); i++)
\t\tif (answers[i].id == id && answers[i].bytes == bytes && answers[i].socket == socket)
\t\t\treturn answers[i].mac;
\treturn NULL;
}
"""


def source() -> str:
    """kernel/module/known_answers.c."""
    lines = [HEAD]
    for algorithm, name in IDS.items():
        for length in SIZES:
            for socket in SOCKETS:
                mac = answer(algorithm, length, socket)
                rows = [", ".join(f"0x{b:02x}" for b in mac[i : i + 12]) for i in range(0, len(mac), 12)]
                lines.append(f"\t{{ {name}, {length}, {socket},\n\t  {{ " + ",\n\t    ".join(rows) + " } },\n")
    return "".join(lines) + TAIL


if __name__ == "__main__":
    print(source(), end="")
