# SPDX-License-Identifier: MIT
"""A run that got more rounds: its sittings, and what the report says of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import synthetic
from outputs import full, load_run, read
from plots.report.reproduce import reproduce
from plots.run.files import BadInput
from plots.verdicts.sittings import sittings

ADDED = {"rounds_before": 6, "time": "2026-02-01T08:30:00Z", "command_line": ["run", "mine.toml", "--rounds", "9", "--out", "my run"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Nine rounds: three and three in two sittings, then three that were added."""
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=9, sittings=2, counted=False))
    data = json.loads((folder / "run.json").read_text())
    data["matrix"]["sitting_begins"] = [0, 3, 6]
    synthetic.write(folder / "run.json", data | {"additions": [ADDED]})
    return folder


def test_added_rounds_are_a_sitting_of_their_own(folder: Path) -> None:
    run = load_run(folder)
    assert run.sittings == 3 and [one.rounds for one in sittings(run)] == [3, 3, 3]


def test_the_report_says_when_and_by_which_command(folder: Path) -> None:
    assert "rounds 6 to 8 of a block (counted from 0) were added at 2026-02-01 08:30 UTC" in " ".join(full(read(folder)).split())
    (note,) = reproduce(load_run(folder)).notes
    assert note.endswith("--out 'results/my run', and continued by: tfmbench run mine.toml --rounds 9 --out 'my run'")


def test_a_time_that_does_not_exist_is_bad_input(folder: Path) -> None:
    data = json.loads((folder / "run.json").read_text())
    data["additions"] = [ADDED | {"time": "2026-02-31T08:30:00Z"}]
    synthetic.write(folder / "run.json", data)
    with pytest.raises(BadInput, match="run.json: additions: day is out of range"):
        load_run(folder)
