# SPDX-License-Identifier: MIT
"""The gate on copies of a committed run, one thing changed in each."""

from __future__ import annotations

from pathlib import Path

import pytest

from two_runs import REFERENCE, change_cells, change_run, copy_of, gate, more_bytes, slow

RUN = REFERENCE / "consumers"


@pytest.mark.parametrize("name", ["consumers", "memory", "pressure", "in_flight"])
def test_a_run_compared_with_itself_holds(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate(REFERENCE / name, REFERENCE / name, percent="0") == 0
    assert not capsys.readouterr().err


def test_the_baseline_got_slower(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    b = change_cells(copy_of(RUN, tmp_path / "b"), "timed", slow(1.3), "percpu_pool")
    assert gate(RUN, b) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines and all("percpu_pool: ns per packet: " in line and "1.300 times A's" in line for line in lines)
    assert gate(b, RUN) == 1, "against a slower baseline every ratio rises"


def test_all_got_slower_and_no_ratio_moved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    b = change_cells(copy_of(RUN, tmp_path / "b"), "timed", slow(1.3))
    assert gate(RUN, b) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) > 50 and not any("ratio to" in line for line in lines)
    assert gate(b, RUN) == 0, "less time is no failure"


def test_bytes_tripled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    b = change_cells(copy_of(RUN, tmp_path / "b"), "counted", more_bytes(3))
    assert gate(RUN, b) == 1
    assert "open total bytes" in capsys.readouterr().err
    assert gate(b, RUN) == 0, "fewer bytes are no failure"


def test_another_cpu(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    b = change_run(copy_of(RUN, tmp_path / "b"), lambda data: data["machine"].update(cpu="Another CPU"))
    assert gate(RUN, b) == 4
    printed = capsys.readouterr()
    assert len(printed.err.splitlines()) == 1 and "'AMD EPYC' in A, 'Another CPU' in B" in printed.err
    assert "! other CPU: AMD EPYC in A, Another CPU in B" in printed.out
    assert gate(RUN, b, "--across-kinds") == 0
