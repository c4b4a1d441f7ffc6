# SPDX-License-Identifier: MIT
"""Machines and builds that differ: said in every output, and times of other kinds of machine are not judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plots.cli import main
from synthetic_machine import KIND
from two_runs import as_json, change_cells, change_run, copy_of, gate, more_bytes, run


def changed(run: str, folder: Path, part: str, **values: Any) -> Path:
    return change_run(copy_of(run, folder), lambda data: data[part].update(values))


OTHER: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({}, {"cpu": "Another"}, "CPU", "Another"),
    ({}, {"kernel": "6.2.0"}, "kernel", "6.2.0"),
    ({}, {"cores": 4}, "hardware threads", "4"),
]


@pytest.mark.parametrize(("machine", "what", "says"), [one[1:] for one in OTHER])
def test_another_kind_of_machine_cannot_be_judged(
    tmp_path: Path, machine: dict[str, Any], what: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    a = run(tmp_path / "a", counted=True)
    b = changed(a, tmp_path / "b", "machine", **machine)
    assert gate(a, b) == 4
    printed = capsys.readouterr()
    (line,) = printed.err.splitlines()
    assert f"{what}: " in line and f"'{says}' in B" in line and "--across-kinds" in line
    assert f"! other {what}: " in printed.out and "slower" not in printed.out and "same\n" not in printed.out
    data = as_json(a, b, "--gate", "5", capsys=capsys)
    assert [(one["what"], one["b"], one["other_kind"]) for one in data["conditions"]] == [(what, says, True)]
    assert data["times_refused"] and all(c["not_judged_because"] for c in data["changes"])
    assert data["gate"]["outcome"] == "cannot judge"
    assert gate(a, b, "--across-kinds") == 0


def test_counted_numbers_are_compared_across_kinds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a", counted=True)
    b = change_cells(changed(a, tmp_path / "b", "machine", cpu="Another"), "counted", more_bytes(3))
    assert gate(a, b) == 1
    err = capsys.readouterr().err
    assert "gate: got worse: " in err and "gate: cannot judge: " in err
    only_counted = run(tmp_path / "c", counted=True, timed=False)
    assert gate(only_counted, changed(only_counted, tmp_path / "d", "machine", cpu="Another")) == 0, "it has no times"


@pytest.mark.parametrize(
    ("part", "values", "what"),
    [
        ("build", {"flags": "-O2"}, "compiler flags"),
        ("build", {"compiler": "Clang 14"}, "compiler"),
        ("libraries", {"nettle": "3.9"}, "nettle"),
        ("libraries", {"liburcu-qsbr": "0.13"}, "liburcu-qsbr"),
        ("machine", {"memory_bytes": 1 << 30}, "bytes of memory"),
        ("machine", {"hypervisor": None}, "hypervisor"),
    ],
)
def test_what_is_no_other_kind_is_said_and_judged(
    tmp_path: Path, part: str, values: dict[str, Any], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    a = run(tmp_path / "a")
    b = changed(a, tmp_path / "b", part, **values)
    assert gate(a, b) == 0
    assert f"! other {what}: " in capsys.readouterr().out
    assert [(one["what"], one["other_kind"]) for one in as_json(a, b, capsys=capsys)["conditions"]] == [(what, False)]
    assert main(["compare", a, str(b), "--markdown"]) == 0
    assert f"| {what} | " in capsys.readouterr().out


def test_the_kind_decides_where_both_runs_have_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a", sittings=1)
    same = changed(a, tmp_path / "same", "machine", cores=64, threads=128, microcode="0x1", mitigations={"meltdown": "PTI"})
    assert gate(a, same) == 0
    out = capsys.readouterr().out
    assert "! other hardware threads: 4 in A, 128 in B" in out and "! other mitigation meltdown: Not affected in A, PTI in B" in out

    def other_kind(cell_or_run: dict[str, Any]) -> None:
        cell_or_run["machine"].update(kind="0" * 12)

    other = change_run(copy_of(a, tmp_path / "other"), other_kind)
    for path in (other / "rounds").iterdir():
        data = json.loads(path.read_text())
        data["origin"]["kind"] = "0" * 12
        path.write_text(json.dumps(data))
    capsys.readouterr()
    assert gate(a, other) == 4
    assert f"kind of machine: '{KIND}' in A, '{'0' * 12}' in B" in capsys.readouterr().err


def test_an_older_run_against_a_newer_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CPU, hardware threads and kernel decide. In an older file `cores` are hardware threads."""
    newer = run(tmp_path / "newer", sittings=1)
    older = run(tmp_path / "older", seed=2)
    assert gate(older, newer) == 4
    assert "hardware threads: '2' in A, '4' in B" in capsys.readouterr().err
    assert gate(changed(older, tmp_path / "four", "machine", cores=4), newer) == 0
    capsys.readouterr()
