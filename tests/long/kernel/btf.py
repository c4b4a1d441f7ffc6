# SPDX-License-Identifier: MIT
"""The sizes of a kernel's structures, from its type information (Documentation/bpf/btf.rst)."""

from __future__ import annotations

import lzma
import re
import struct
import subprocess
from pathlib import Path

_ELF, _XZ, _ZSTD = b"\x7fELF", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"
_STRUCT, _UNION, _ENUM, _FUNC_PROTO, _DATASEC, _ENUM64 = 4, 5, 6, 13, 15, 19
_AFTER = {1: 4, 3: 12, 14: 4, 17: 4}
"""Bytes behind the head of a type, of the kinds that have a fixed number: int, array, var, decl_tag."""
_EACH = {_STRUCT: 12, _UNION: 12, _ENUM: 8, _FUNC_PROTO: 8, _DATASEC: 12, _ENUM64: 12}
"""Bytes of each member, of the kinds that have members."""


def section(elf: bytes, wanted: str) -> bytes:
    """A section of an ELF64 file, little endian. Empty if it has none of that name."""
    (at,) = struct.unpack_from("<Q", elf, 0x28)
    size, count, names = struct.unpack_from("<HHH", elf, 0x3A)
    heads = [struct.unpack_from("<IIQQQQIIQQ", elf, at + i * size) for i in range(count)]
    for head in heads:
        start = heads[names][4] + head[0]
        if elf[start : elf.index(b"\0", start)].decode() == wanted:
            return elf[head[4] : head[4] + head[5]]
    return b""


def _unpacked(data: bytes) -> bytes:
    """What is packed at the start of `data`, whatever follows. Empty if nothing is."""
    if data.startswith(_XZ):
        try:
            return lzma.LZMADecompressor().decompress(data)
        except lzma.LZMAError:
            return b""
    return subprocess.run(["zstd", "-dcq"], input=data, capture_output=True, check=False).stdout


def read(path: Path) -> bytes:
    """An ELF file: as it is, a module packed by xz, or a bzImage whose kernel is packed by xz or zstd."""
    data = path.read_bytes()
    if data.startswith(_ELF):
        return data
    for packed in re.finditer(re.escape(_XZ) + b"|" + re.escape(_ZSTD), data):
        elf = _unpacked(data[packed.start() :])
        if elf.startswith(_ELF):
            return elf
    raise ValueError(f"{path}: no ELF file is in it")


def sizes(btf: bytes, base_strings: int = 0) -> dict[str, int]:
    """The bytes of each structure that these types define. A module's names count on from those of vmlinux, which has
    `base_strings` bytes of them."""
    head, types, types_size, strings, strings_size = struct.unpack_from("<IIIII", btf, 4)
    names = btf[head + strings : head + strings + strings_size]
    at, end = head + types, head + types + types_size
    found: dict[str, int] = {}
    while at < end:
        name, info, size = struct.unpack_from("<III", btf, at)
        kind, members = info >> 24 & 0x1F, info & 0xFFFF
        at += 12 + _AFTER.get(kind, 0) + _EACH.get(kind, 0) * members
        if kind == _STRUCT and name >= max(base_strings, 1):
            start = name - base_strings
            found[names[start : names.index(b"\0", start)].decode()] = size
    return found


def strings_bytes(btf: bytes) -> int:
    return int(struct.unpack_from("<I", btf, 20)[0])
