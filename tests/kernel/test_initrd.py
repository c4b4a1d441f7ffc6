# SPDX-License-Identifier: MIT
"""The archive that a kernel unpacks, read back as Documentation/driver-api/early-userspace/buffer-format.rst says."""

from __future__ import annotations

import stat

from kernel.lanes import initrd


def unpack(archive: bytes) -> dict[str, tuple[int, tuple[int, int], bytes]]:
    """Mode, device and bytes by name, up to the trailer."""
    found: dict[str, tuple[int, tuple[int, int], bytes]] = {}
    at = 0
    while True:
        assert archive[at : at + 6] == b"070701"
        fields = [int(archive[at + 6 + 8 * i : at + 14 + 8 * i], 16) for i in range(13)]
        size, name_size = fields[6], fields[11]
        name = archive[at + 110 : at + 110 + name_size]
        assert name.endswith(b"\0")
        data = at + 110 + name_size + (-(110 + name_size) % 4)
        if name == b"TRAILER!!!\0":
            return found
        found[name[:-1].decode()] = (fields[1], (fields[9], fields[10]), archive[data : data + size])
        at = data + size + (-size % 4)


def test_files_come_back() -> None:
    files = {"init": b"\x7fELF", "pre00-cmac.ko": b"", "tfmbench.ko": b"12345"}
    found = unpack(initrd.archive(files))
    assert {name: data for name, (mode, _, data) in found.items() if stat.S_ISREG(mode)} == files
    assert all(mode == stat.S_IFREG | 0o755 for name, (mode, _, _) in found.items() if name in files)
    assert {name for name, (mode, _, _) in found.items() if stat.S_ISDIR(mode)} == {"dev", "proc", "sys", "tmp"}


def test_init_has_a_console() -> None:
    mode, device, _ = unpack(initrd.archive({}))["dev/console"]
    assert stat.S_ISCHR(mode) and device == (5, 1)


def test_the_same_files_give_the_same_bytes() -> None:
    assert initrd.archive({"init": b"x"}) == initrd.archive({"init": b"x"})
    assert len(initrd.archive({"init": b"x"})) % 4 == 0
