# SPDX-License-Identifier: MIT
"""`run --from`: a run asks for the same as another one did, whatever has become of its matrix."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import MATRIX, RUN, Driver, complete, one_line, planned, rounds

NARROWED = ["--set", "sockets=5,6,7", "--filter", "algorithm=hmac(sha1)", "--rounds", "4", "--sittings", "1", "--seed", "9"]


def run_json(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / "run.json").read_text())
    return data


def test_run_json_keeps_what_was_asked_for(driver: Driver) -> None:
    words = ["run", "./tiny.toml", "--out", "out", *NARROWED]
    assert driver(*words).returncode == 0
    assert run_json(driver.folder / "out")["asked"] == {
        "command_line": words,
        "matrix_text": MATRIX,
        "set": ["sockets=5,6,7"],
        "filter": ["algorithm=hmac(sha1)"],
        "rounds": 4,
        "sittings": 1,
    }
    assert driver("run", "./tiny.toml", "--out", "plain").returncode == 0
    plain = run_json(driver.folder / "plain")["asked"]
    assert (plain["set"], plain["filter"], plain["rounds"], plain["sittings"]) == ([], [], None, None)


def test_a_narrowed_run_of_a_matrix_of_ones_own_is_repeated(driver: Driver) -> None:
    """Its matrix has changed since, and then is gone."""
    assert driver("run", "./tiny.toml", "--out", "a", *NARROWED).returncode == 0
    driver.write(MATRIX.replace("[10, 20]", "[30]"))
    done = driver("run", "--from", "a", "--out", "b")
    assert done.returncode == 0, done.stderr
    (driver.folder / "tiny.toml").unlink()
    done = driver("run", "--from", "b", "--out", "c")
    assert done.returncode == 0, done.stderr
    a, b, c = (run_json(driver.folder / name) for name in "abc")
    assert a["matrix"] == b["matrix"] == c["matrix"] and len(a["matrix"]["blocks"]) == 3 and a["matrix"]["rounds"] == 4
    assert a["seed"] == b["seed"] == c["seed"] == 9
    seeds = [{name: file["seed"] for name, file in rounds(driver.folder / name).items()} for name in "abc"]
    assert seeds[0] == seeds[1] == seeds[2] and len(seeds[0]) == 3 * 4 + 3
    assert b["asked"]["command_line"] == ["run", "--from", "a", "--out", "b"]
    assert b["asked"]["matrix_text"] == MATRIX and b["asked"]["set"] == ["sockets=5,6,7"]


def test_faults_and_commas_come_back(driver: Driver) -> None:
    words = ["--set", "faults=probability=0.01:space=65536,kth=100:gfp=any", "--set", "churn_percent=1", "--set", "scratch=64+1024"]
    (driver.folder / "tiny.toml").write_text(MATRIX.replace("[10, 20]", "10"))
    assert driver("run", "./tiny.toml", "--out", "a", *words[:4]).returncode == 0
    assert driver("run", "--from", "a", "--out", "b").returncode == 0
    assert run_json(driver.folder / "a")["matrix"] == run_json(driver.folder / "b")["matrix"]


def test_what_does_not_change_the_matrix_goes_with_it(driver: Driver) -> None:
    complete(driver)
    plan = driver("run", "--from", "out", "--dry-run")
    assert plan.returncode == 0 and len(planned(plan.stdout)) == 4
    parts = []
    for i in (1, 2):
        done = driver("run", "--from", "out", "--out", f"shard{i}", "--shard", f"{i}/2", "--cpus", "0", "--round-timeout", "60")
        assert done.returncode == 0, done.stderr
        parts.append(set(rounds(driver.folder / f"shard{i}")))
    assert not parts[0] & parts[1] and parts[0] | parts[1] == set(rounds(driver.folder / "out"))


def test_a_run_from_itself_goes_on(driver: Driver) -> None:
    complete(driver)
    next((driver.folder / "out/rounds").iterdir()).unlink()
    done = driver("run", "--from", "out", "--out", "out")
    assert done.returncode == 0 and "1 of 28 rounds to run" in done.stderr


def test_the_default_folder_has_the_matrixs_name(driver: Driver) -> None:
    complete(driver)
    assert driver("run", "--from", "out").returncode == 0
    (folder,) = (driver.folder / "results/local").iterdir()
    assert folder.name.startswith("tiny-2")


def test_an_older_run_is_refused_with_the_reason(driver: Driver) -> None:
    complete(driver)
    file = driver.folder / "out/run.json"
    data = json.loads(file.read_text())
    del data["asked"]
    file.write_text(json.dumps(data))
    line = one_line(driver("run", "--from", "out", "--out", "again"), 2)
    assert "out/run.json does not keep what the run was asked for: it is older than --from; run its matrix with its options again" in line
    assert not (driver.folder / "again").exists()


@pytest.mark.parametrize(
    "change, says",
    [
        ({"matrix_text": "name = 1\n"}, "out/run.json, matrix_text:1:8: name must be a string"),
        ({"set": ["moon=full"]}, 'out/run.json: asked: --set moon=full: unknown axis "moon"'),
        ({"set": ["sockets=0"]}, "out/run.json: asked: --set sockets=0: "),
        ({"rounds": 1, "sittings": 2}, "too few rounds (1) for the sittings (2)"),
        ({"filter": 7}, "out/run.json: asked: "),
        ({"matrix_text": None}, "out/run.json: asked: "),
    ],
)
def test_a_spoilt_run_json_is_named(driver: Driver, change: dict[str, object], says: str) -> None:
    complete(driver)
    file = driver.folder / "out/run.json"
    data = json.loads(file.read_text())
    data["asked"] |= change
    file.write_text(json.dumps(data))
    assert says in one_line(driver("run", "--from", "out", "--out", "again"), 2)


def test_a_torn_run_json(driver: Driver) -> None:
    complete(driver)
    (driver.folder / "out/run.json").write_text("{")
    assert "out/run.json: it is truncated or not JSON" in one_line(driver("run", "--from", "out"), 2)


def test_words_that_are_no_utf_8_are_kept_as_far_as_they_can_be(driver: Driver) -> None:
    words = [*RUN[:3], b"o\xff".decode(errors="surrogateescape")]
    done = subprocess.run(driver.command(*words), cwd=driver.folder, env=driver.environment(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    (folder,) = (path for path in driver.folder.iterdir() if path.name.startswith("o\udcff"))
    assert run_json(folder)["asked"]["command_line"] == ["run", "./tiny.toml", "--out", "o\ufffd"]
