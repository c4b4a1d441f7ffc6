# SPDX-License-Identifier: MIT
"""What a command line writes: stdout, and the paths that a user names."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path


def is_stdout(path: Path) -> bool:
    """Whether the path means stdout: it is `-`, or names the file that stdout is (/dev/stdout does)."""
    if str(path) == "-":
        return True
    try:
        return os.path.samestat(path.stat(), os.fstat(1))
    except OSError:
        return False


def _is_no_file(path: Path) -> bool:
    """Whether the path is there and cannot be replaced by a file: a device, a FIFO, a folder."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return False


def _write(path: Path, data: bytes) -> None:
    """The error of a full disk names no file: it is added."""
    try:
        path.write_bytes(data)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a temporary file and renames it, so that a reader never sees half a file.

    A symbolic link stays, and its target is written so. A device or FIFO is written to.
    """
    if _is_no_file(path):
        _write(path, data)
        return
    end = Path(os.path.realpath(path))
    temporary = end.with_name(f".{end.name}.{os.getpid()}.tmp")
    try:
        _write(temporary, data)
        temporary.replace(end)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    write_bytes(path, text.encode())


def silence_stdout() -> None:
    """After stdout failed: what is left of it would fail again when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
