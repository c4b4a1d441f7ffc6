# SPDX-License-Identifier: MIT
"""Notes of rounds that could not run: read, checked, and told in the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import synthetic
import synthetic_machine
from outputs import load_run, read, full, write_report
from plots.cli import main
from plots.run.files import quick, validator

REASON = "its process died of signal 9 (Killed); it wanted about 41.0 GiB of memory and had 22.9 GiB at most"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of two blocks. The first timed round of the second block has no file."""
    blocks = [synthetic.axes(), synthetic.axes(sockets=10_000)]
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=6, sittings=1, blocks=blocks))
    (folder / "rounds" / f"{synthetic.block_id(blocks[1])}.r00.json").unlink()
    return folder


def note(folder: Path, **changes: Any) -> Path:
    """Writes a note of a round; returns its path."""
    block = synthetic.block_id(synthetic.axes(sockets=10_000))
    data = {
        "format": 2,
        "kind": "timed",
        "block_id": block,
        "round": 0,
        "start": "2026-01-31T12:00:00Z",
        "origin": synthetic_machine.ORIGIN,
        "reason": REASON,
        "memory_wanted_bytes": 41 << 30,
        "memory_had_bytes": 22 << 30,
    } | changes
    path = folder / "not_run" / f"{block}.r{data['round']:02}.json"
    synthetic.write(path, data)
    return path


def test_a_note_is_read_and_told(run: Path, tmp_path: Path) -> None:
    path = note(run)
    validator("not_run").validate(json.loads(path.read_text()))
    assert quick("not_run")(json.loads(path.read_text()))
    (one,) = load_run(run).not_run
    assert (one.kind, one.round, one.reason) == ("timed", 0, REASON) and path.name.startswith(one.block)
    results = read(run)
    said = f"1 timed round of {one.block} could not run: {REASON}"
    assert said in " ".join(full(results).split())
    page = write_report(results, tmp_path / "report").read_text()
    assert said in page
    summary = json.loads((tmp_path / "report/summary.json").read_text())
    assert summary["not_run"] == [{"block": one.block, "pass": "timed", "round": 0, "reason": REASON}]


def test_a_run_without_notes_says_nothing(run: Path) -> None:
    assert load_run(run).not_run == () and "could not run" not in full(read(run))


def test_notes_of_a_block_make_one_line(run: Path) -> None:
    first = note(run)
    (run / "rounds" / first.name.replace("r00", "r01")).unlink()
    note(run, round=1, reason="it had not ended after 60 s (--round-timeout)")
    text = " ".join(full(read(run)).split())
    assert text.count("could not run") == 1
    assert "2 timed rounds of" in text and "could not run: it had not ended after 60 s" in text


def test_a_round_that_ran_later_is_not_told(run: Path) -> None:
    """So notes of one shard do not matter once another one has measured the round."""
    note(run, round=3)
    assert load_run(run).not_run == ()


SPOILT: dict[str, tuple[dict[str, Any], str]] = {
    "another block": ({"block_id": "other"}, "not of this run: block 'other' is not in run.json"),
    "another machine": ({"origin": synthetic_machine.ORIGIN | {"kind": "0" * 12}}, "its kind of machine is 000000000000"),
    "another build": ({"origin": synthetic_machine.ORIGIN | {"build": "0" * 12}}, "its build is 000000000000"),
    "no reason": ({"reason": ""}, "reason"),
    "negative memory": ({"memory_had_bytes": -1}, "memory_had_bytes"),
    "another pass": ({"kind": "timd"}, "timd"),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_spoilt_note_is_named_in_one_line(run: Path, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    changes, says = SPOILT[fault]
    path = note(run, **changes)
    assert main(["table", str(run)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and says in error and f"not_run/{path.name}" in error


def test_a_torn_note(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note(run).write_text("{")
    assert main(["table", str(run)]) == 2
    assert "truncated or not JSON" in capsys.readouterr().err


def test_a_run_whose_rounds_all_failed_says_why(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note(run)
    for path in (run / "rounds").iterdir():
        path.unlink()
    assert main(["report", str(run)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "no rounds" in error and REASON in error
