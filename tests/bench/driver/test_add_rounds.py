# SPDX-License-Identifier: MIT
"""A run gets more rounds than it was begun with."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from conftest import COUNTED, MATRIX, RUN, Driver, complete, one_line, rounds

MORE = [*RUN, "--rounds", "9"]


def run_json(driver: Driver) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((driver.folder / "out/run.json").read_text())
    return data


def earlier(driver: Driver, seconds: int) -> None:
    """Moves the rounds that are there into the past."""
    for path in (driver.folder / "out/rounds").iterdir():
        data = json.loads(path.read_text())
        start = datetime.strptime(data["start"], "%Y-%m-%dT%H:%M:%SZ") - timedelta(seconds=seconds)
        path.write_text(json.dumps(data | {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}"}))


def test_rounds_are_added_and_the_others_stay(driver: Driver) -> None:
    before = complete(driver)
    first = run_json(driver)
    done = driver(*MORE)
    assert done.returncode == 0, done.stderr
    assert f"{4 * 3} of {4 * 9 + COUNTED} rounds to run" in done.stderr
    after = rounds(driver.folder / "out")
    assert len(after) == 4 * 9 + COUNTED
    assert {name: after[name]["nonce"] for name in before} == {name: file["nonce"] for name, file in before.items()}
    assert {name.split(".")[1] for name in set(after) - set(before)} == {"r06", "r07", "r08"}
    run = run_json(driver)
    (addition,) = run["additions"]
    assert addition["rounds_before"] == 6 and addition["command_line"] == MORE
    assert abs((datetime.utcnow() - datetime.fromisoformat(addition["time"].removesuffix("Z"))).total_seconds()) < 120
    assert run["matrix"]["rounds"] == run["asked"]["rounds"] == 9
    assert run["asked"]["command_line"] == RUN, "it began so"
    assert run["matrix"]["sitting_begins"] == [0], "less than ten minutes later it is the same sitting"
    same = ("seed", "git", "build", "libraries", "machine", "pinned_cores")
    assert {key: run[key] for key in same} == {key: first[key] for key in same}


def test_the_same_rounds_as_of_a_longer_run(driver: Driver) -> None:
    """Seeds do not depend on when a round was asked for."""
    complete(driver)
    assert driver(*MORE).returncode == 0
    assert driver("run", "./tiny.toml", "--out", "long", "--rounds", "9").returncode == 0
    seeds = [{name: file["seed"] for name, file in rounds(driver.folder / out).items()} for out in ("out", "long")]
    assert seeds[0] == seeds[1]


def test_it_goes_on_as_what_it_is_now(driver: Driver) -> None:
    complete(driver)
    assert driver(*MORE).returncode == 0
    before = run_json(driver)
    (driver.folder / "out/rounds" / sorted(rounds(driver.folder / "out"))[8]).unlink()
    done = driver(*MORE)
    assert done.returncode == 0 and f"1 of {4 * 9 + COUNTED} rounds to run" in done.stderr
    assert run_json(driver) == before
    done = driver("run", "--from", "out", "--out", "again")
    assert done.returncode == 0 and f"{4 * 9 + COUNTED} of {4 * 9 + COUNTED} rounds to run" in done.stderr


@pytest.mark.parametrize("fewer", ["3", "5"])
def test_fewer_rounds_are_refused(driver: Driver, fewer: str) -> None:
    before = complete(driver)
    line = one_line(driver(*RUN, "--rounds", fewer), 2)
    assert f"the run has 6 rounds of a block and this asks for {fewer}: rounds can only be added (--rounds 6 continues it)" in line
    assert rounds(driver.folder / "out") == before and "additions" not in run_json(driver)


def test_the_matrix_has_fewer_than_were_added(driver: Driver) -> None:
    complete(driver)
    assert driver(*MORE).returncode == 0
    assert "the run has 9 rounds of a block and this asks for 6" in one_line(driver(*RUN), 2)


@pytest.mark.parametrize(
    "change, words",
    [
        (["--seed", "2"], "seed is 1 there, but 2 in this run"),
        (["--set", "sockets=30"], "matrix.blocks differs"),
        (["--sittings", "2"], "matrix.sittings is 1 there, but 2 in this run"),
    ],
)
def test_nothing_is_added_to_another_run(driver: Driver, change: list[str], words: str) -> None:
    before = complete(driver)
    for number in ("9", "3"):
        assert words in one_line(driver(*RUN, "--rounds", number, *change), 2)
    assert rounds(driver.folder / "out") == before and "additions" not in run_json(driver)


def test_rounds_that_are_added_later_are_another_sitting(driver: Driver) -> None:
    complete(driver)
    earlier(driver, 601)
    done = driver(*MORE)
    assert done.returncode == 0 and "begins in" not in done.stderr
    assert run_json(driver)["matrix"]["sitting_begins"] == [0, 6]
    assert run_json(driver)["matrix"]["sittings"] == 1, "the matrix asks for one"
    earlier(driver, 601)
    assert driver(*RUN, "--rounds", "10").returncode == 0
    assert run_json(driver)["matrix"]["sitting_begins"] == [0, 6, 9]
    assert [one["rounds_before"] for one in run_json(driver)["additions"]] == [6, 9]


def test_sittings_keep_the_rounds_that_they_had(driver: Driver) -> None:
    """Cut evenly, 10 rounds in two sittings would be 5 and 5."""
    driver.write(MATRIX.replace("rounds = 6", "rounds = 6\nsittings = 2"))
    assert driver(*RUN, FAKE_AGO="3600").returncode == 0
    earlier(driver, 3600)
    assert driver(*RUN, "--rounds", "10").returncode == 0
    assert run_json(driver)["matrix"]["sitting_begins"] == [0, 3, 6]


def test_warnings_of_both_are_kept(driver: Driver) -> None:
    complete(driver)
    path = driver.folder / "out/run.json"
    data = run_json(driver)
    lines = data["warnings"]
    path.write_text(json.dumps(data | {"warnings": ["other work ran when the run began: load average 9.9"]}))
    assert driver(*MORE).returncode == 0
    found = run_json(driver)["warnings"]
    assert found[0].endswith("load average 9.9")
    # The load changes from one start to the next.
    assert [line for line in lines if "load" not in line] == [line for line in found[1:] if "load" not in line]
