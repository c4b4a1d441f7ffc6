# SPDX-License-Identifier: MIT
"""A run that is stopped at any moment and started again ends with the same set of rounds."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
from conftest import COUNTED, RUN, TIMED, Driver, rounds


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_for(what: Path) -> None:
    deadline = time.monotonic() + 20
    while not what.exists() or not what.read_text():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_within_two_seconds(driver: Driver, number: signal.Signals) -> None:
    pids = driver.folder / "pids"
    assert driver(*RUN, "--shard", "1/2").returncode == 0
    before = rounds(driver.folder / "out")
    process = driver.start(*RUN, FAKE_SECONDS="60", FAKE_PIDS=str(pids))
    wait_for(pids)
    start = time.monotonic()
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert time.monotonic() - start < 2
    assert process.returncode == 3, errors
    assert f"{len(before)} of {TIMED + COUNTED} rounds are in" in errors.splitlines()[-1]
    assert not any(alive(int(pid)) for pid in pids.read_text().split())
    # No temporary file is left: every file parses, and finished rounds are unchanged.
    assert rounds(driver.folder / "out") == before
    assert driver(*RUN).returncode == 0
    assert len(rounds(driver.folder / "out")) == TIMED + COUNTED


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_random_moments(driver: Driver, seed: int) -> None:
    draw = random.Random(seed)
    seen: dict[str, str] = {}
    kills = 0
    while True:
        process = driver.start(*RUN, FAKE_SECONDS="0.02", FAKE_PIDS=str(driver.folder / "pids"))
        time.sleep(draw.uniform(0, 0.8))
        if process.poll() is None:
            process.kill()
            kills += 1
        _, errors = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), errors
        folder = driver.folder / "out/rounds"
        finished = [f for f in folder.iterdir() if f.suffix == ".json"] if folder.exists() else []
        nonces = {f.name: f.read_text() for f in finished}
        # No round is lost, and none is measured twice.
        assert {name: nonces.get(name) for name in seen} == seen
        seen = nonces
        if process.returncode == 0:
            break
    assert kills > 0
    assert len(rounds(driver.folder / "out")) == TIMED + COUNTED


def test_a_round_dies_with_its_driver(driver: Driver) -> None:
    pids = driver.folder / "pids"
    process = driver.start(*RUN, FAKE_SECONDS="60", FAKE_PIDS=str(pids))
    wait_for(pids)
    process.kill()
    process.communicate()
    (pid,) = map(int, pids.read_text().split())
    deadline = time.monotonic() + 5
    while alive(pid):
        assert time.monotonic() < deadline, os.listdir(f"/proc/{pid}")
        time.sleep(0.01)
