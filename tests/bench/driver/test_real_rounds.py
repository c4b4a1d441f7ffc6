# SPDX-License-Identifier: MIT
"""The real round processes under the driver: killed and resumed, and refused if the build must not time."""

from __future__ import annotations

import json
import random
import signal
import time

import pytest
from conftest import RUN, Driver, rounds

MATRIX = """\
name = "tiny"
baseline = "percpu_pool"
strategies = ["null", "percpu_pool", "onstack_prepared"]
rounds = 6

[[block]]
workload = "tcp_ao/bgp_update"
algorithm = "hmac(sha1)"
sockets = 10

[[block]]
workload = "tcp_ao/keepalive"
algorithm = "cmac(aes128)"
sockets = [1, 10, 100]
passes = ["counted"]
"""
ROUNDS = 6 + 4
COUNTED = 'passes = ["counted"]'


@pytest.fixture
def real(driver: Driver) -> Driver:
    driver.real = True
    driver.write(MATRIX)
    return driver


def may_time(real: Driver) -> bool:
    """Whether this build may time."""
    done = real(*RUN, "--rounds", "1")
    if done.returncode == 0:
        return True
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "must not time" in line and "release" in line
    assert not (real.folder / "out").exists()
    return False


def test_killed_at_random_moments(real: Driver) -> None:
    run, expected = [*RUN[:2], "--out", "killed"], ROUNDS
    if not may_time(real):
        real.write(MATRIX.replace("sockets = 10\n", f"sockets = [10, 11]\n{COUNTED}\n"))
        expected = 5
    draw = random.Random(7)
    seen: dict[str, str] = {}
    while True:
        process = real.start(*run)
        time.sleep(draw.uniform(0.05, 2))
        if process.poll() is None:
            process.kill()
        _, errors = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), errors
        folder = real.folder / "killed/rounds"
        finished = [f for f in folder.iterdir() if f.suffix == ".json"] if folder.exists() else []
        texts = {f.name: f.read_text() for f in finished}
        assert {name: texts.get(name) for name in seen} == seen
        seen = texts
        if process.returncode == 0:
            break
    assert len(rounds(real.folder / "killed")) == expected


def warned_of_counters(real: Driver) -> list[str]:
    warnings: list[str] = json.loads((real.folder / "out/run.json").read_text())["warnings"]
    return [warning for warning in warnings if "counters" in warning]


def test_a_run_warns_of_counters_that_its_rounds_miss(real: Driver) -> None:
    if not may_time(real):
        pytest.skip("this build does not time")
    (timed,) = [data for data in rounds(real.folder / "out").values() if data["kind"] == "timed"]
    missing = timed["counters"]["missing"]
    assert warned_of_counters(real) == ([f"hardware counters: {missing}"] if missing else [])


def test_counted_rounds_run_in_every_build(real: Driver) -> None:
    real.write(MATRIX.replace("sockets = 10\n", f"sockets = 10\n{COUNTED}\n"))
    done = real(*RUN)
    assert done.returncode == 0, done.stderr
    files = rounds(real.folder / "out")
    assert len(files) == 4
    assert warned_of_counters(real) == [], "nothing is timed"
    for data in files.values():
        assert {cell["name"] for cell in data["cells"]} == {"null", "onstack_prepared", "percpu_pool"}
        assert all(not cell["aa"] for cell in data["cells"])
