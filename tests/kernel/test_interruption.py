# SPDX-License-Identifier: MIT
"""A signal ends a lane within two seconds, at whatever stage, and nothing is left."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest
from conftest import World
from test_lane import SHORT

STAGES = {
    "lists": {"apt_get__update": "hang"},
    "choice": {"apt_get__install": "hang"},
    "download": {"apt_get__download": "hang"},
    "unpack": {"dpkg_deb": "hang"},
    "build": {"make__modules": "hang"},
    "boot": {"qemu": "hangs"},
}
CALLED = {
    "lists": "apt-get update", "choice": "apt-get install -s", "download": "apt-get download", "unpack": "dpkg-deb", "build": "make -C",
    "boot": "qemu-system-x86_64 -L",
}  # fmt: skip


def started(world: World, stage: str, *arguments: str) -> subprocess.Popen[str]:
    world.goes_wrong(**STAGES[stage])
    process = world.start(*(arguments or SHORT))
    deadline = time.monotonic() + 60
    while not world.calls(CALLED[stage]):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


@pytest.mark.parametrize("stage", STAGES)
def test_ctrl_c(world: World, stage: str) -> None:
    process = started(world, stage)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=20)
    assert time.monotonic() - begun < 2
    assert process.returncode == 3
    assert errors.splitlines()[-1] == "tfmbench kernel: interrupted: nothing was written" and not out
    assert not world.alive() and not world.temporaries() and not world.out.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals(world: World, number: signal.Signals) -> None:
    process = started(world, "boot", "counted", "--out", "out")
    process.send_signal(number)
    process.communicate(timeout=20)
    assert process.returncode == 3
    assert not world.alive() and not world.temporaries() and not world.out.exists()


def test_a_killed_run_takes_its_children_along(world: World) -> None:
    process = started(world, "boot")
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 2
    while world.alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not world.alive()
    world.goes_wrong()
    assert world(*SHORT).returncode == 0


def test_after_ctrl_c_the_next_run_goes_on_from_what_is_whole(world: World) -> None:
    process = started(world, "boot")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    world.goes_wrong()
    (world.folder / "calls").unlink()
    assert world(*SHORT).returncode == 0
    assert not world.calls("dpkg-deb") and not world.calls("apt-get download")
