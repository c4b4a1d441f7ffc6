# SPDX-License-Identifier: MIT
"""An initrd, written here: Linux's "newc" cpio archive, not packed. The same files give the same bytes."""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from kernel.lanes.build import Module

_FOLDERS = ("dev", "proc", "sys", "tmp")


def _entry(number: int, name: str, mode: int, data: bytes = b"", device: tuple[int, int] = (0, 0)) -> bytes:
    """One file, as Documentation/driver-api/early-userspace/buffer-format.rst has it."""
    encoded = name.encode() + b"\0"
    links = 2 if stat.S_ISDIR(mode) else 1
    fields = (number, mode, 0, 0, links, 0, len(data), 0, 0, *device, len(encoded), 0)
    head = b"070701" + b"".join(b"%08X" % value for value in fields) + encoded
    return head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)


def archive(files: Mapping[str, bytes]) -> bytes:
    """Folders to mount on, a console, and these files with the folders that they need, all executable."""
    parents = {parent.as_posix() for name in files for parent in Path(name).parents}
    folders = (*_FOLDERS, *sorted(parents - {".", *_FOLDERS}))
    entries = [(name, stat.S_IFDIR | 0o755, b"", (0, 0)) for name in folders]
    entries.append(("dev/console", stat.S_IFCHR | 0o600, b"", (5, 1)))
    entries += [(name, stat.S_IFREG | 0o755, data, (0, 0)) for name, data in files.items()]
    whole = b"".join(_entry(number, *entry) for number, entry in enumerate(entries, 1))
    return whole + _entry(0, "TRAILER!!!", 0)


def write(path: Path, init: Path, module: Module | None, more: Sequence[Path] = ()) -> None:
    files = {"init": init.read_bytes()}
    if module is not None:
        files["tfmbench.ko"] = module.file.read_bytes()
        files |= {file.name: file.read_bytes() for file in module.first}
    files |= {file.name: file.read_bytes() for file in more}
    path.write_bytes(archive(files))
