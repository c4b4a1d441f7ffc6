# SPDX-License-Identifier: MIT
"""What disturbed a run: void turns, and the state of the SIMD registers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import synthetic
from conftest import results_of
from outputs import read, full
from plots.report import provenance
from plots.run.files import BadInput
from plots.verdicts.results import Results

VOID, DIRTIED, STATE = "turns void: SIMD upper halves in use", "turns that put them in use themselves", "SIMD upper halves, once cleaned"
CELLS = len(synthetic.NS) + 1


def result(folder: Path, **changes: object) -> Results:
    return results_of(folder / "run", synthetic.Truth(rounds=6, counted=False, lost_turns=0, **changes))  # type: ignore[arg-type]


def said(results: Results) -> dict[str, str]:
    return dict(provenance.disturbance(results))


def about_void_turns(results: Results) -> list[str]:
    return [line for line in provenance.warnings(results) if "void" in line]


def test_void_turns_are_counted_and_leave_the_ratios_alone(tmp_path: Path) -> None:
    results = result(tmp_path, void_turns=2, dirtied_turns=3)
    lines = said(results)
    turns = 6 * CELLS * 25
    assert lines[VOID] == f"{6 * CELLS * 2} of {turns:,}" and lines[DIRTIED] == f"{6 * CELLS * 3} of {turns:,}"
    assert lines["turns that kept no batch"] == f"0 of {turns:,}", "a void turn is not counted twice"
    assert lines[STATE] == "clean in 6 rounds"
    assert not about_void_turns(results)
    (block,) = results.blocks
    assert {s.name: s.verdict for s in block.strategies}["tfm_pool"] == "slower"
    assert VOID in full(results)


def test_disturbed_batches_are_a_share_of_all(tmp_path: Path) -> None:
    """`batches` in a file has the disturbed ones too (bench/turns/turns.cpp)."""
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(counted=False))
    for path in folder.glob("rounds/*.json"):
        data = json.loads(path.read_text())
        for cell in data["cells"]:
            cell |= {"batches": 100, "batches_disturbed": 4}
        path.write_text(json.dumps(data))
    assert ("disturbed batches, dropped", "196 of 4,900 (4.00\u00a0%)") in provenance.disturbance(read(folder))


def test_many_void_turns_are_a_warning(tmp_path: Path) -> None:
    results = result(tmp_path, void_turns=20)
    (warning,) = about_void_turns(results)
    assert warning.startswith("1 block with more than 10\u00a0% of its turns void (at most 80\u00a0%)") and "vzeroupper" in warning


@pytest.mark.parametrize("state", ["dirty", "unknown"])
def test_a_state_that_says_nothing_is_shown(tmp_path: Path, state: str) -> None:
    assert said(result(tmp_path, simd_state=state))[STATE] == f"{state} in 6 rounds"


def test_a_cpu_without_upper_halves_is_no_subject(tmp_path: Path) -> None:
    results = result(tmp_path, simd_state=None)
    assert not {VOID, DIRTIED, STATE} & set(said(results))


def test_older_rounds_did_not_look(tmp_path: Path) -> None:
    folder = result(tmp_path).run.path
    for path in (folder / "rounds").glob("*.json"):
        data = json.loads(path.read_text())
        del data["machine"]["simd_state"]
        for cell in data["cells"]:
            del cell["turns_void"], cell["turns_dirtied"]
        path.write_text(json.dumps(data))
    assert not {VOID, DIRTIED, STATE} & set(said(read(folder)))


def test_a_void_turn_has_no_time(tmp_path: Path) -> None:
    folder = result(tmp_path).run.path
    path = next((folder / "rounds").glob("*.json"))
    data = json.loads(path.read_text())
    data["cells"][0]["turns_void"] = 1
    path.write_text(json.dumps(data))
    with pytest.raises(BadInput, match="1 void turns, but a time for some of them"):
        read(folder)
