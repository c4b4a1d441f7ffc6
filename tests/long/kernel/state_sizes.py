#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Are the kernel's sizes in docs/state_sizes.md those of the kernels that `tfmbench kernel` has fetched?

    state_sizes.py

Reads the structures' sizes from the type information of vmlinux and of the modules in the cache of `tfmbench kernel counted`, and adds
them up as the file says. Which blocks there are is read in the source, and written down here.

Exit 0: all agree; 1: a number differs; 2: a kernel is not in the cache.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import btf

SOURCE = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(SOURCE))

from kernel.lanes.cache import default_folder  # noqa: E402

DOCS = SOURCE / "docs/state_sizes.md"
POINTER, DESC = 8, 8
"""Of a pointer, and of struct shash_desc without its context."""
ROOM = 8
"""By which a context grows, so that it can be aligned to 16 (AESNI_ALIGN_EXTRA)."""

Size = Callable[[str], int]
Rows = dict[tuple[str, str], list[int]]
"""By algorithm and state; several numbers where it depends on the CPU's class."""


def old(size: Size) -> Rows:
    """6.12: ahash over shash over hmac's or cmac's template over a hash or a cipher; GCM behind crypto/simd.c and cryptd.c."""
    front, shash, request = size("crypto_ahash") + POINTER, size("crypto_shash"), size("ahash_request")
    rows: Rows = {}
    for hash_ in ("sha1", "sha256", "sha512"):
        state = size(f"{hash_}_state")
        rows[f"hmac({hash_})", "prepared key"] = [2 * state]
        rows[f"hmac({hash_})", "transform"] = [front + shash + size("hmac_ctx") + 2 * state + shash]
        rows[f"hmac({hash_})", "request"] = [request + DESC + DESC + state]
    key = size("crypto_aes_ctx")
    rows["cmac(aes128)", "prepared key"] = [key + 32]
    rows["cmac(aes128)", "transform"] = [front + shash + size("cmac_tfm_ctx") + 32 + size("crypto_cipher") + key + ROOM]
    rows["cmac(aes128)", "request"] = [request + DESC + size("cmac_desc_ctx") + 32]
    rows["md5", "transform"] = [front + shash]
    rows["md5", "request"] = [request + DESC + size("md5_state")]
    gcm = [size("aes_gcm_key_aesni") + ROOM, size("aes_gcm_key_avx10") + 56]
    wrappers = 2 * size("crypto_aead") + size("simd_aead_ctx") + size("cryptd_aead_ctx")
    rows["gcm(aes128)", "prepared key"] = gcm
    rows["gcm(aes128)", "transform"] = [wrappers + size("crypto_aead") + key for key in gcm]
    rows["gcm(aes128)", "request"] = [2 * size("aead_request") + size("cryptd_aead_request_ctx")]
    rows["ccm(aes128)", "prepared key"] = [2 * key]
    rows["chacha20poly1305", "prepared key"] = [size("chacha_ctx")]
    return rows


def new(size: Size) -> Rows:
    """7.x: ahash over a shash that is the library."""
    front, shash, request = size("crypto_ahash") + POINTER, size("crypto_shash"), size("ahash_request")
    rows: Rows = {}
    for name, key, context in (
        ("hmac(sha1)", "hmac_sha1_key", "hmac_sha1_ctx"),
        ("hmac(sha256)", "hmac_sha256_key", "hmac_sha256_ctx"),
        ("hmac(sha512)", "hmac_sha512_key", "hmac_sha512_ctx"),
        ("cmac(aes128)", "aes_cmac_key", "aes_cmac_ctx"),
        ("md5", "", "md5_ctx"),
    ):
        if key:
            rows[name, "prepared key"] = [size(key)]
        rows[name, "transform"] = [front + shash + (size(key) if key else 0)]
        rows[name, "request"] = [request + DESC + size(context)]
        rows[name, "on the stack"] = [size(context)]
    gcm = [size("aes_gcm_key_aesni") + ROOM, size("aes_gcm_key_vaes_avx2") + 24, size("aes_gcm_key_vaes_avx512") + 56]
    rows["gcm(aes128)", "prepared key"] = gcm
    rows["gcm(aes128)", "transform"] = [size("crypto_aead") + key for key in gcm]
    rows["gcm(aes128)", "request"] = [size("aead_request")]
    rows["ccm(aes128)", "prepared key"] = [size("aes_ccm_key"), size("aes_enckey") + size("crypto_aes_ctx")]
    rows["chacha20poly1305", "prepared key"] = [size("chacha_ctx")]
    return rows


MODULES = (
    "aesni-intel", "cmac", "cryptd", "crypto_simd", "chacha", "chacha_generic", "sha1-ssse3", "sha256-ssse3", "sha512-ssse3",
)  # fmt: skip
KERNELS = (
    ("6.12", "linux-6.12-*", "boot/vmlinuz-*", old),
    ("7.3", "linux-newest-*", "usr/src/linux-headers-7.3.*-cloud-amd64/vmlinux", new),
)


def sizes_of(package: Path, vmlinux: Path) -> dict[str, int]:
    base = btf.section(btf.read(vmlinux), ".BTF")
    found: dict[str, int] = {}
    for module in MODULES:
        for path in package.glob(f"**/{module}.ko*"):
            found |= btf.sizes(btf.section(btf.read(path), ".BTF"), btf.strings_bytes(base))
    return found | btf.sizes(base)


def written(column: int) -> Rows:
    """The rows of the first table; `column` is that of a kernel."""
    rows: Rows = {}
    algorithm = ""
    for line in DOCS.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 6 or not line.startswith("|"):
            continue
        algorithm = cells[0].replace("`", "") or algorithm
        numbers = [int(n.replace(",", "")) for n in cells[column].split(", ") if re.fullmatch(r"[\d,]+", n)]
        if numbers:
            rows[algorithm.removesuffix(" of ipsec_mb"), cells[1]] = numbers
    return {key: numbers for key, numbers in rows.items() if not key[0].endswith(" of nettle")}


def main() -> int:
    wrong = 0
    for column, (name, package, vmlinux, rows) in enumerate(KERNELS, 3):
        packages = list((default_folder() / "packages").glob(package))
        if not packages or not (images := list(packages[0].glob(vmlinux))):
            print(f"{name}: the cache has no such kernel: run tfmbench kernel counted", file=sys.stderr)
            return 2
        sizes = sizes_of(packages[0], images[0])
        expected, found = rows(sizes.__getitem__), written(column)
        for key in sorted(expected.keys() | found.keys()):
            if expected.get(key) != found.get(key):
                print(f"{name}, {key[0]}, {key[1]}: the file has {found.get(key)}, the kernel {expected.get(key)}")
                wrong += 1
    print(f"{wrong} differ" if wrong else "all agree")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
