# SPDX-License-Identifier: MIT
"""Where a command writes: stdout that is full or closed, devices, FIFOs, symbolic links, and `-`."""

from __future__ import annotations

import os
import stat
import subprocess
import threading
import tty
from pathlib import Path

import pytest
from conftest import Driver, one_line

PRINTING = [
    ["list"],
    ["list", "--json"],
    ["verify"],
    ["run", "./tiny.toml", "--dry-run"],
    ["dump", "tcp_ao/mtu", "--pcap", "x", "--key", "k"],
    ["--help"],
    ["run", "--help"],
    ["--version"],
]
DUMP = ["dump", "tcp_ao/keepalive", "--packets", "10"]


def redirected(driver: Driver, redirection: str, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f'"$@" {redirection}', "bash", *driver.command(*arguments)],
        cwd=driver.folder,
        env=driver.environment(),
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_full_stdout_is_one_line_and_2(driver: Driver, arguments: list[str]) -> None:
    done = redirected(driver, ">/dev/full", arguments)
    assert one_line(done, 2) == "tfmbench: cannot write to standard output: No space left on device"


@pytest.mark.parametrize("arguments", [*PRINTING, ["run", "./tiny.toml"], ["report", "x"], ["compare", "a", "b"]], ids=" ".join)
def test_a_closed_stdout_is_refused_before_anything_is_done(driver: Driver, arguments: list[str]) -> None:
    before = set(driver.folder.rglob("*"))
    done = redirected(driver, ">&-", arguments)
    assert one_line(done, 2) == "tfmbench: standard output is closed: give it a file, a pipe or /dev/null"
    assert set(driver.folder.rglob("*")) == before


def test_a_bad_argument_and_a_full_stdout_are_one_line(driver: Driver) -> None:
    done = redirected(driver, ">/dev/full", ["run", "./tiny.toml", "--cpus", "4095", "--dry-run"])
    assert "core 4095 is not available" in one_line(done, 2)


def plain(driver: Driver, *extra: str) -> bytes:
    """The capture that DUMP writes to a file."""
    assert driver(*DUMP, "--pcap", "plain.pcap", *extra).returncode == 0
    return (driver.folder / "plain.pcap").read_bytes()


def test_a_dash_is_stdout(driver: Driver) -> None:
    expected = plain(driver)
    keys = (driver.folder / "plain.pcap.keys").read_text()
    (driver.folder / "link").symlink_to("/dev/stdout")
    for path in ("-", "/proc/self/fd/1", "link"):
        done = subprocess.run(
            driver.command(*DUMP, "--pcap", path), cwd=driver.folder, env=driver.environment(), capture_output=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr.decode()) == (0, expected, keys)
    assert {p.name for p in driver.folder.glob("*")} == {"link", "plain.pcap", "plain.pcap.keys", "rounds_bin", "stub", "tiny.toml"}


def test_the_file_that_stdout_is_is_stdout(driver: Driver) -> None:
    """The file is not replaced: it keeps what stands before."""
    expected = plain(driver, "--key", "k")
    out = driver.folder / "out"
    with out.open("wb") as file:
        file.write(b"before")
        file.flush()
        command = driver.command(*DUMP, "--key", "k", "--pcap", "/proc/self/fd/1")
        assert subprocess.run(command, cwd=driver.folder, env=driver.environment(), stdout=file, check=False).returncode == 0
    assert out.read_bytes() == b"before" + expected


def test_a_dash_into_a_full_stdout(driver: Driver) -> None:
    done = redirected(driver, ">/dev/full", [*DUMP, "--key", "k", "--pcap", "-"])
    assert one_line(done, 2) == "tfmbench dump: cannot write to standard output: No space left on device"


@pytest.mark.parametrize("what", ["fifo", "device"])
def test_a_fifo_or_a_device_is_written_to(driver: Driver, what: str) -> None:
    expected = plain(driver)
    keys = (driver.folder / "plain.pcap.keys").read_text()
    got = bytearray()
    if what == "fifo":
        path = driver.folder / "there"
        os.mkfifo(path)
    else:
        # A terminal: nothing can be created beside it, so that a faulty tfmbench replaces no device.
        terminal, device = os.openpty()
        tty.setraw(device)
        path = Path(os.ttyname(device))
    there = path.stat()

    def read() -> None:
        reader = os.open(path, os.O_RDONLY) if what == "fifo" else terminal
        while len(got) < len(expected):
            got.extend(os.read(reader, 4096))

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    done = driver(*DUMP, "--pcap", path)
    thread.join(10)
    assert done.returncode == 0 and bytes(got) == expected
    assert done.stdout == f"10 packets of tcp_ao/keepalive in {path}\n" and done.stderr == keys
    assert (path.stat().st_ino, stat.S_IFMT(path.stat().st_mode)) == (there.st_ino, stat.S_IFMT(there.st_mode))
    assert not path.with_name(path.name + ".keys").exists()


def test_the_keys_of_a_file_go_into_a_fifo_that_is_there(driver: Driver) -> None:
    plain(driver)
    path = driver.folder / "x.pcap.keys"
    os.mkfifo(path)
    got: list[str] = []
    thread = threading.Thread(target=lambda: got.append(path.read_text()), daemon=True)
    thread.start()
    assert driver(*DUMP, "--pcap", "x.pcap").returncode == 0
    thread.join(10)
    assert got == [(driver.folder / "plain.pcap.keys").read_text()] and path.is_fifo()


@pytest.mark.parametrize("there", [True, False], ids=["a file", "nothing"])
def test_a_symbolic_link_stays_and_its_target_is_replaced(driver: Driver, there: bool) -> None:
    expected = plain(driver)
    target = driver.folder / "far" / "target"
    target.parent.mkdir()
    if there:
        target.write_bytes(b"old " * 10000)
        (driver.folder / "same").hardlink_to(target)
    (driver.folder / "middle").symlink_to("far/target")
    for name in ("x.pcap", "x.pcap.keys"):
        (driver.folder / name).symlink_to("./middle" if name == "x.pcap" else "keys")
    assert driver(*DUMP, "--pcap", "x.pcap").returncode == 0
    assert target.read_bytes() == expected
    assert (driver.folder / "keys").read_text() == (driver.folder / "plain.pcap.keys").read_text()
    assert all((driver.folder / name).is_symlink() for name in ("x.pcap", "x.pcap.keys", "middle"))
    if there:
        assert (driver.folder / "same").read_bytes() == b"old " * 10000, "replaced whole, not overwritten"
    assert [p.name for p in target.parent.iterdir()] == ["target"]


@pytest.mark.parametrize("path, why", [("circle", "Too many levels of symbolic links"), ("folder", "Is a directory"), ("none/x", "No such file")])
def test_what_cannot_be_written_is_one_line(driver: Driver, path: str, why: str) -> None:
    (driver.folder / "circle").symlink_to("circle")
    (driver.folder / "folder").mkdir()
    line = one_line(driver(*DUMP, "--pcap", path, "--key", "k"), 2)
    assert line.startswith("tfmbench dump: cannot write ") and path in line and why in line
    assert (driver.folder / "circle").is_symlink() and not list((driver.folder / "folder").iterdir())


def test_a_full_device_is_one_line(driver: Driver) -> None:
    """A /dev/full of its own, so that a faulty tfmbench does not replace the system's."""
    full = driver.folder / "full"
    try:
        os.mknod(full, stat.S_IFCHR | 0o666, os.makedev(1, 7))
        full.open("wb").close()
    except PermissionError as error:
        pytest.skip(f"only root can make a device, and not everywhere: {error}")
    line = one_line(driver(*DUMP, "--pcap", "full", "--key", "k"), 2)
    assert line == "tfmbench dump: cannot write full: No space left on device"
    assert full.is_char_device()
