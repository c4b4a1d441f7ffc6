# SPDX-License-Identifier: MIT
"""The lane host on a folder that looks like a running kernel. Nothing is ever loaded into this machine's kernel."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import World
from kernel.lanes import host
from kernel.lanes.cache import Cache
from kernel.lanes.errors import Refused
from kernel.lanes.lane import Asked
from kernel.lanes.log import Broken
from kernel.lanes.running import Running
from kernel.lanes.session import Session

ASKED = Asked((), ("md5",), (64, 512), False)
RELEASE = "6.12.3-here"


def put(world: World, path: str, text: str) -> None:
    file = world.folder / "root" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.fixture
def session(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    put(world, "proc/sys/kernel/osrelease", RELEASE)
    put(world, "proc/sys/kernel/tainted", "0")
    put(world, "proc/modules", "cmac 16384 0 - Live 0x0\n")
    put(world, "dev/kmsg", "6,1,0,-;earlier: @@{}\n")
    put(world, f"boot/config-{RELEASE}", "CONFIG_X=y\n")
    put(world, f"lib/modules/{RELEASE}/build/Makefile", "")
    monkeypatch.setenv("PATH", str(world.folder / "bin"), prepend=":")
    with Cache(world.cache) as cache:
        yield Session(cache)


def running(world: World, session: Session, user: int = 0) -> Running:
    return Running(session, world.folder / "root", user)


def test_rounds(world: World, session: Session) -> None:
    measured = host.measure(session, ASKED, running(world, session))
    assert len(measured.rounds) == host.ROUNDS and [body["round"] for body in measured.rounds] == list(range(host.ROUNDS))
    body = measured.rounds[0]
    assert (body["kernel"], body["release"], body["algorithm"], body["driver"]) == ("6.12", RELEASE, "md5", "fake")
    assert {(cell["bytes"], cell["cache"]) for cell in body["cells"]} == {(s, c) for s in (64, 512) for c in ("warm", "cold")}
    first = body["cells"][0]
    assert first["turn_ns"][:2] == [100_000, 100_001] and first["turn_cycles"][0] == 300_000 and len(first["turn_ns"]) == host.TURNS
    (kernel,) = measured.kernels
    assert kernel["package"] is None and re.fullmatch("[0-9a-f]{12}", kernel["config"]) and kernel["module"] == body["module"]
    assert re.search(r"^per_socket_tfm/ahash +1\.500$", measured.table, re.MULTILINE)
    # A load for each round and size, and as many unloads; nothing else is loaded.
    loads = [call.split()[1:] for call in world.calls("insmod")]
    assert len(loads) == 2 * host.ROUNDS == len(world.calls("rmmod tfmbench"))
    assert all(Path(load[0]).name == "tfmbench.ko" and "mode=time" in load for load in loads)
    assert (world.folder / "root/proc/modules").read_text() == "cmac 16384 0 - Live 0x0\n"


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (f"lib/modules/{RELEASE}/build/Makefile", None, f"no headers of the running kernel: install linux-headers-{RELEASE}"),
        ("sys/kernel/security/lockdown", "none [integrity] confidentiality\n", "kernel lockdown is integrity: it takes no module from outside"),
        ("sys/kernel/security/lockdown", "none integrity [confidentiality]\n", "kernel lockdown is confidentiality"),
        ("sys/module/module/parameters/sig_enforce", "Y\n", "the kernel takes signed modules only"),
        ("proc/sys/kernel/modules_disabled", "1\n", "the kernel takes no more modules"),
        ("proc/sys/kernel/tainted", str(1 << 7 | 1 << 12), "the kernel is tainted D (/proc/sys/kernel/tainted)"),
        ("proc/sys/kernel/tainted", str(1 << 9 | 1 << 1), "the kernel is tainted FW (/proc/sys/kernel/tainted)"),
        ("proc/sys/kernel/tainted", str(1 << 40), "the kernel is tainted bit 40 "),
        ("proc/sys/kernel/tainted", "", "holds no number: the kernel's state is not known"),
        ("proc/modules", "x 1 0\ntfmbench 1 0 - Live 0x0\n", "a module tfmbench is loaded already: rmmod tfmbench"),
    ],
)
def test_it_refuses(world: World, session: Session, path: str, text: str | None, said: str) -> None:
    if text is None:
        (world.folder / "root" / path).unlink()
    else:
        put(world, path, text)
    with pytest.raises(Refused) as raised:
        host.measure(session, ASKED, running(world, session))
    assert said in str(raised.value)
    assert not world.calls("insmod") and not world.calls("make")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("sys/kernel/security/lockdown", "[none] integrity confidentiality\n"),
        ("sys/module/module/parameters/sig_enforce", "N\n"),
        ("proc/sys/kernel/tainted", str(1 << 0 | 1 << 12 | 1 << 13)),
    ],
)
def test_it_does_not_refuse(world: World, session: Session, path: str, text: str) -> None:
    put(world, path, text)
    running(world, session).check()


def test_only_root(world: World, session: Session) -> None:
    with pytest.raises(Refused, match="the lane host loads a module into the running kernel: it needs root"):
        running(world, session, user=1000).check()


def test_no_kernel_can_be_chosen(world: World, session: Session) -> None:
    with pytest.raises(Refused, match="leave --kernel out"):
        host.measure(session, Asked(("6.12",), ("md5",), (64,), False), running(world, session))


def test_what_the_module_needs_must_be_there(world: World, session: Session, tmp_path: Path) -> None:
    module = tmp_path / "tfmbench.ko"
    module.write_bytes(b"\0depends=cmac,sha1-ssse3\0")
    with pytest.raises(Refused, match="the module needs sha1-ssse3, not loaded here: modprobe sha1-ssse3"):
        running(world, session).check_needed(module)
    put(world, "proc/modules", "cmac 1 0\nsha1_ssse3 1 0\n")
    running(world, session).check_needed(module)


def test_a_load_that_fails(world: World, session: Session) -> None:
    world.goes_wrong(insmod="insmod: ERROR: could not insert module: Unknown symbol in module")
    with pytest.raises(Refused, match="insmod tfmbench.ko: insmod: ERROR: could not insert module: Unknown symbol in module; the kernel's log"):
        host.measure(session, ASKED, running(world, session))
    assert not world.calls("rmmod")


def test_what_a_load_said_is_checked_once_it_is_unloaded(world: World, session: Session) -> None:
    said = running(world, session).load(Path("tfmbench.ko"), "algorithm=md5", "mode=time", "sockets=10", "bytes=64", "rounds=2")
    assert len(world.calls("rmmod")) == 1 and "tfmbench" not in (world.folder / "root/proc/modules").read_text()
    for size, sockets, algorithm, what in (
        (64, 10, "md5", f"{RELEASE}, md5: null/none: 2 turns of 64 B, not {host.TURNS} of 64"),
        (64, 99, "md5", f"{RELEASE}: line 1: 10 sockets in place of 99"),
        (64, 10, "cmac(aes)", f"{RELEASE}: the log has md5 and was asked for cmac(aes)"),
    ):
        with pytest.raises(Broken) as raised:
            host.collect(RELEASE, size, sockets, algorithm, said)
        assert str(raised.value) == what
    with pytest.raises(Broken, match="the log has no algorithm and was asked for md5"):
        host.collect(RELEASE, 64, 10, "md5", "")


def test_a_module_that_cannot_be_unloaded_is_said(world: World, session: Session) -> None:
    world.goes_wrong(rmmod="rmmod: ERROR: Module tfmbench is in use")
    with pytest.raises(Refused, match="rmmod tfmbench: rmmod: ERROR: Module tfmbench is in use; it is still loaded"):
        host.measure(session, ASKED, running(world, session))


SCRIPT = """
import sys
from pathlib import Path
from kernel.lanes import cli, host
from kernel.lanes.running import Running
from kernel.lanes.lane import Lane
lane = Lane("host", "", (), lambda session, asked: host.measure(session, asked, Running(session, Path(sys.argv[1]), 0)))
cli.LANES["host"] = lane
try:
    sys.exit(cli.main(["host", "--algorithm", "md5", "--out", "out"]))
except KeyboardInterrupt:
    sys.exit(3)
"""


def test_ctrl_c_unloads_it(world: World, session: Session) -> None:
    world.goes_wrong(module="stays")
    environment = {**world.environment(), "XDG_CACHE_HOME": str(world.folder / "other")}
    command = ["/usr/bin/python3", "-c", SCRIPT, str(world.folder / "root")]
    process = subprocess.Popen(command, cwd=world.folder, env=environment, stderr=subprocess.PIPE, text=True)
    modules = world.folder / "root/proc/modules"
    deadline = time.monotonic() + 60
    while "tfmbench" not in modules.read_text():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert time.monotonic() - begun < 2 and process.returncode == 3
    assert "tfmbench" not in modules.read_text() and len(world.calls("rmmod")) == 1
    assert not world.alive() and not world.out.exists()
