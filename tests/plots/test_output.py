# SPDX-License-Identifier: MIT
"""Files whole or not at all, through symbolic links, and into what is no file."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from plots.output import is_stdout, write_bytes, write_text


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old " * 10000)
    (tmp_path / "same").hardlink_to(path)
    write_text(path, "nëw")
    assert path.read_bytes() == "nëw".encode() and (tmp_path / "same").read_text() == "old " * 10000
    assert sorted(p.name for p in tmp_path.iterdir()) == ["same", "x"]


@pytest.mark.parametrize("there", [True, False])
def test_a_symbolic_link_stays(tmp_path: Path, there: bool) -> None:
    target = tmp_path / "far" / "target"
    target.parent.mkdir()
    if there:
        target.write_text("old")
    (tmp_path / "middle").symlink_to("far/target")
    (tmp_path / "x").symlink_to("middle")
    write_text(tmp_path / "x", "new")
    assert target.read_text() == "new" and (tmp_path / "x").is_symlink() and (tmp_path / "middle").is_symlink()
    assert [p.name for p in target.parent.iterdir()] == ["target"]


def test_a_fifo_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "x"
    os.mkfifo(path)
    got: list[bytes] = []
    thread = threading.Thread(target=lambda: got.append(path.read_bytes()), daemon=True)
    thread.start()
    write_bytes(path, b"abc")
    thread.join(10)
    assert got == [b"abc"] and path.is_fifo()


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "folder").mkdir()
    for name in ("circle", "folder", "none/x"):
        with pytest.raises(OSError) as caught:
            write_text(tmp_path / name, "text")
        assert str(caught.value.filename).startswith(str(tmp_path / name.split("/", maxsplit=1)[0]))
    assert (tmp_path / "circle").is_symlink()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["circle", "folder"]


def test_a_full_device_is_named(tmp_path: Path) -> None:
    """A /dev/full of its own, so that a fault does not replace the system's."""
    full = tmp_path / "full"
    try:
        os.mknod(full, stat.S_IFCHR | 0o666, os.makedev(1, 7))
        full.open("wb").close()
    except PermissionError as error:
        pytest.skip(f"only root can make a device, and not everywhere: {error}")
    with pytest.raises(OSError) as caught:
        write_text(full, "text")
    assert caught.value.filename == str(full) and full.is_char_device()


def test_what_means_stdout(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    (tmp_path / "link").symlink_to("/dev/stdout")
    assert is_stdout(Path("-")) and is_stdout(Path("/dev/stdout")) and is_stdout(tmp_path / "link")
    assert not is_stdout(tmp_path / "x") and not is_stdout(tmp_path / "none")
