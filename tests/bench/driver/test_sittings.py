# SPDX-License-Identifier: MIT
"""Sittings: parts of a run at least ten minutes apart. The rounds are false and claim to have begun long ago, or just now."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from conftest import MATRIX, RUN, Driver, one_line, rounds

TWO = MATRIX.replace("rounds = 6", "rounds = 7\nsittings = 2")
FIRST, SECOND = 4 * 4 + 4, 4 * 3
"""Files of each sitting: four blocks with rounds 0 to 3 and a counted round, then with rounds 4 to 6."""


@pytest.fixture
def two(driver: Driver) -> Driver:
    driver.write(TWO)
    return driver


def begun(folder: Path, ago: float) -> None:
    """Lets all rounds have begun so many seconds ago."""
    start = datetime.now(timezone.utc) - timedelta(seconds=ago)
    for file in (folder / "rounds").iterdir():
        file.write_text(json.dumps({**json.loads(file.read_text()), "start": f"{start:%Y-%m-%dT%H:%M:%SZ}"}))


def until_it_waits(process: subprocess.Popen[str]) -> str:
    """The progress line that says that the second sitting is waited for."""
    assert process.stderr
    for line in process.stderr:
        if "begins in" in line:
            return line
    raise AssertionError("it did not wait")


def interrupted_in_the_wait(driver: Driver, *arguments: str) -> str:
    process = driver.start(*RUN, *arguments)
    line = until_it_waits(process)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 3, errors
    assert re.search(r"tfmbench: interrupted; \d+ of \d+ rounds are in ", errors.splitlines()[-1])
    return line


def test_a_run_of_one_sitting_does_not_wait(driver: Driver) -> None:
    done = driver(*RUN)
    assert done.returncode == 0 and "begins in" not in done.stderr


def test_the_second_sitting_is_waited_for(two: Driver) -> None:
    line = interrupted_in_the_wait(two)
    assert re.search(rf"{FIRST}/{FIRST + SECOND} rounds done, about 1\d min \d\d s left: sitting 2 of 2 begins in (10 min 00|9 min \d\d) s", line)
    assert {name.split(".")[1] for name in rounds(two.folder / "out")} == {"r00", "r01", "r02", "r03", "counted"}
    assert json.loads((two.folder / "out/run.json").read_text())["matrix"]["sittings"] == 2


def test_a_sitting_begins_at_once_if_ten_minutes_have_passed(two: Driver) -> None:
    interrupted_in_the_wait(two)
    before = rounds(two.folder / "out")
    begun(two.folder / "out", 601)
    done = two(*RUN)
    assert done.returncode == 0 and "begins in" not in done.stderr
    assert f"{SECOND} of {FIRST + SECOND} rounds to run" in done.stderr
    after = rounds(two.folder / "out")
    assert len(after) == FIRST + SECOND
    assert {name: after[name]["nonce"] for name in before} == {name: file["nonce"] for name, file in before.items()}
    starts = {part: [f["start"] for name, f in after.items() if (name.split(".")[1] < "r04" or "counted" in name) == part] for part in (True, False)}
    assert max(starts[True]) < min(starts[False])


def test_what_is_left_of_the_ten_minutes_is_waited(two: Driver) -> None:
    interrupted_in_the_wait(two)
    begun(two.folder / "out", 598)
    done = two(*RUN)
    assert done.returncode == 0
    assert re.search(r"sitting 2 of 2 begins in [12] s", done.stderr)
    assert len(rounds(two.folder / "out")) == FIRST + SECOND


def test_the_longest_of_the_rounds_counts(two: Driver) -> None:
    """The ten minutes are counted from the end of the last round, not from its start."""
    interrupted_in_the_wait(two)
    begun(two.folder / "out", 3600)
    file = next((two.folder / "out/rounds").iterdir())
    file.write_text(json.dumps({**json.loads(file.read_text()), "duration_ns": 3500e9}))
    assert re.search("begins in 8 min", interrupted_in_the_wait(two))


def test_a_sitting_that_has_begun_goes_on(two: Driver) -> None:
    assert two(*RUN, FAKE_AGO="3600").returncode == 0
    names = sorted(name for name in rounds(two.folder / "out") if ".r05." in name)
    for name in names:
        (two.folder / "out/rounds" / name).unlink()
    done = two(*RUN)
    assert done.returncode == 0 and "begins in" not in done.stderr
    assert f"{len(names)} of {FIRST + SECOND} rounds to run" in done.stderr


def test_a_shard_has_its_own_sittings(two: Driver) -> None:
    """A shard waits for its own rounds. One without rounds before a sitting does not wait."""
    plan = [name for name in ("1/3", "2/3", "3/3")]
    found: set[str] = set()
    for shard in plan:
        done = two("run", "./tiny.toml", "--out", shard[0], "--shard", shard, FAKE_AGO="3600")
        assert done.returncode == 0 and "begins in" not in done.stderr
        found |= set(rounds(two.folder / shard[0]))
    assert len(found) == FIRST + SECOND
    process = two.start("run", "./tiny.toml", "--out", "again", "--shard", "1/3")
    assert "sitting 2 of 2 begins in" in until_it_waits(process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 3
    assert set(rounds(two.folder / "again")) < set(rounds(two.folder / "1"))


def test_counted_blocks_have_one_sitting(driver: Driver) -> None:
    driver.write(TWO.replace("sockets = [10, 20]", "sockets = [10, 20]\npasses = ['counted']"))
    done = driver(*RUN)
    assert done.returncode == 0 and "begins in" not in done.stderr


def test_options_replace_the_matrix(two: Driver) -> None:
    done = two(*RUN, "--sittings", "1")
    assert done.returncode == 0 and "begins in" not in done.stderr
    assert json.loads((two.folder / "out/run.json").read_text())["matrix"]["sittings"] == 1
    assert "matrix.sittings is 1 there, but 2 in this run" in one_line(two(*RUN), 2)


def test_a_dry_run_says_it(two: Driver) -> None:
    text = two("run", "./tiny.toml", "--dry-run").stdout
    assert text.endswith(
        f"\n{FIRST + SECOND} rounds, about 11 min\n2 sittings, at least 10 min apart\n"
        f"  sitting 1: rounds 0 to 3 of a block, {FIRST} rounds\n  sitting 2: rounds 4 to 6 of a block, {SECOND} rounds\n"
    )
    assert "sitting" not in two("run", "./tiny.toml", "--dry-run", "--sittings", "1").stdout


@pytest.mark.parametrize("sittings, says", [("8", r"too few rounds \(7\) for the sittings \(8\)"), ("0", "from 1 to 1000"), ("'two'", "from 1 to 1000")])
def test_bad_sittings_are_named_with_their_line(driver: Driver, sittings: str, says: str) -> None:
    driver.write(TWO.replace("sittings = 2", f"sittings = {sittings}"))
    assert re.search(rf"tiny\.toml:5:\d+: .*{says}", one_line(driver("run", "./tiny.toml"), 2))


def test_the_line_on_a_terminal_counts_down(two: Driver) -> None:
    """On a terminal the line is written again each second."""
    interrupted_in_the_wait(two)
    begun(two.folder / "out", 596)
    end, terminal = pty.openpty()
    process = subprocess.Popen(
        two.command(*RUN), cwd=two.folder, env=two.environment(), stdout=subprocess.DEVNULL, stderr=terminal
    )
    os.close(terminal)
    text = b""
    try:
        while piece := os.read(end, 4096):
            text += piece
    except OSError:  # the other end is closed
        pass
    os.close(end)
    assert process.wait(timeout=20) == 0
    assert len(set(re.findall(rb"begins in (\d) s", text))) >= 2
