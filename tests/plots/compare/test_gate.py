# SPDX-License-Identifier: MIT
"""The gate's exit codes: 0 held, 1 got worse, 4 cannot judge, 2 bad arguments or a bad file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plots.cli import main
from synthetic import Truth, axes, block_id, timed_round, write
from two_runs import SAME, change_cells, copy_of, gate, run, slow

BLOCKS = [axes(), axes(sockets=2000)]


def test_what_is_missing_cannot_be_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a", blocks=BLOCKS, counted=True)
    fewer_blocks = run(tmp_path / "b", counted=True)
    assert main(["compare", a, fewer_blocks]) == 0
    out = capsys.readouterr().out
    assert "Missing in B:" in out and "2,000 sockets" in out
    assert gate(a, fewer_blocks) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("gate: cannot judge: missing in B: ") and "2,000 sockets" in line
    assert gate(fewer_blocks, a) == 0, "what B has beyond A does not matter"
    fewer_strategies = run(tmp_path / "c", strategies=("null", "percpu_pool", "tfm_pool"), counted=True)
    capsys.readouterr()
    assert gate(fewer_blocks, fewer_strategies) == 4
    names = [line.rsplit(" ", 1)[1] for line in capsys.readouterr().err.splitlines()]
    assert names == ["per_socket_tfm", "per_request_key", "onstack_prepared"]


@pytest.mark.parametrize(
    ("truth", "says"),
    [({"counted": False}, "no counted round"), ({"timed": False}, "no timed round")],
)
def test_a_missing_pass_cannot_be_judged(
    tmp_path: Path, truth: dict[str, Any], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    a = run(tmp_path / "a", counted=True)
    b = run(tmp_path / "b", **{"counted": True, **truth})
    assert gate(a, b) == 4
    assert says in capsys.readouterr().err
    assert gate(a, b, "--only-common") == 0


def test_missing_rounds_of_exact_numbers_cannot_be_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a", blocks=[axes(pages=512)])
    b = copy_of(a, tmp_path / "b")
    next((b / "rounds").glob("*.r03.json")).unlink()
    assert gate(a, b) == 4
    assert "1 of 7 pressure rounds" in capsys.readouterr().err
    assert gate(a, b, "--only-common") == 0


def test_only_common(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a", blocks=BLOCKS)
    b = run(tmp_path / "b", seed=2, strategies=("null", "percpu_pool", "tfm_pool"))
    assert gate(a, b) == 4
    assert gate(a, b, "--only-common") == 0
    printed = capsys.readouterr()
    assert "Missing" not in printed.out.split("gate of 5 %")[-2]
    worse = change_cells(copy_of(b, tmp_path / "worse"), "timed", slow(1.3), "tfm_pool")
    assert gate(a, worse, "--only-common") == 1


def test_worse_counts_more_than_not_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a", blocks=BLOCKS)
    b = change_cells(Path(run(tmp_path / "b")), "timed", slow(1.3))
    assert gate(a, b) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("gate: got worse: ") and lines[-1].startswith("gate: cannot judge: missing in B: ")


@pytest.mark.parametrize(("change", "says"), [({"aa_bias": 1.05}, "A/A"), ({"rounds": 3}, "3 rounds, a verdict needs 6")])
def test_a_block_that_can_no_longer_be_judged(
    tmp_path: Path, change: dict[str, Any], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The gate does not hold although another block is judged and did not get worse."""
    a, b = run(tmp_path / "a", blocks=BLOCKS), run(tmp_path / "b", seed=2, blocks=BLOCKS)
    assert gate(a, b) == 0
    capsys.readouterr()
    spoilt = replace(Truth(seed=2, ratio=SAME, slow_rounds=0, blocks=BLOCKS), **change)
    for path in (tmp_path / "b" / "rounds").glob(f"{block_id(BLOCKS[1])}.*"):
        path.unlink()
    for number in range(spoilt.rounds):
        write(tmp_path / "b" / "rounds" / f"x.r{number:02}.json", timed_round(spoilt, BLOCKS[1], number))
    assert gate(a, b) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert "2,000 sockets" in line and says in line and "in B" in line and "per_socket_tfm" in line and "null" not in line
    assert gate(b, a) == 0, "a block without a verdict in A cannot fail the gate"


def test_no_time_could_be_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counted numbers that hold do not show that B is as fast as A."""
    a = run(tmp_path / "a", rounds=3, counted=True)
    assert gate(a, a) == 4
    assert "no time could be judged" in capsys.readouterr().err


def test_nothing_in_common(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = run(tmp_path / "a"), run(tmp_path / "b", blocks=[axes(sockets=7)])
    assert main(["compare", a, b]) == 2
    assert "nothing to compare" in capsys.readouterr().err
    assert gate(a, b) == 4
    assert gate(a, b, "--only-common") == 4
    assert "nothing in common" in capsys.readouterr().err


def test_bad_arguments_and_bad_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a")
    assert main(["compare", a, a, "--json", "--markdown"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "--markdown" in error
    assert gate(a, tmp_path / "none") == 2
    (tmp_path / "a" / "rounds" / "x.json").write_text("{")
    assert gate(a, a) == 2
