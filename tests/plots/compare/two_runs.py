# SPDX-License-Identifier: MIT
"""Runs to compare, and copies of them with something changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plots.cli import main
from synthetic import Truth, write_run

SAME = {"tfm_pool": 1.10, "per_socket_tfm": 0.72}
REFERENCE = Path(__file__).resolve().parents[3] / "results" / "reference"


def run(folder: Path, **truth: Any) -> str:
    """A run of a machine that keeps its speed, without counted rounds unless asked for."""
    usual: dict[str, Any] = {"ratio": SAME, "counted": False, "slow_rounds": 0.0}
    return str(write_run(folder, Truth(**usual | truth)))


def copy_of(run: str | Path, folder: Path) -> Path:
    """A run's files without its report."""
    folder.mkdir()
    shutil.copy(Path(run) / "run.json", folder)
    shutil.copytree(Path(run) / "rounds", folder / "rounds")
    return folder


def change_run(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    data = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    change(data)
    (folder / "run.json").write_text(json.dumps(data), encoding="utf-8")
    return folder


def change_cells(folder: Path, kind: str, change: Callable[[dict[str, Any]], object], strategy: str | None = None) -> Path:
    """Changes the cells of a kind of round: those of one strategy, or all."""
    changed = 0
    for path in (folder / "rounds").iterdir():
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["kind"] == kind:
            for cell in data["cells"]:
                if strategy in (None, cell["strategy"]):
                    change(cell)
                    changed += 1
            path.write_text(json.dumps(data), encoding="utf-8")
    assert changed
    return folder


def slow(factor: float) -> Callable[[dict[str, Any]], None]:
    """Multiplies a timed cell's times."""

    def change(cell: dict[str, Any]) -> None:
        cell["turn_ns_per_packet"] = [turn and turn * factor for turn in cell["turn_ns_per_packet"]]

    return change


def more_bytes(factor: int) -> Callable[[dict[str, Any]], None]:
    """Multiplies a counted cell's live bytes."""

    def change(cell: dict[str, Any]) -> None:
        for moment in ("idle", "half", "open", "peak"):
            for charge in cell["memory"][moment].values():
                charge["bytes"] *= factor

    return change


def gate(a: str | Path, b: str | Path, *options: str, percent: str = "5") -> int:
    return main(["compare", str(a), str(b), "--gate", percent, *options])


def as_json(a: str | Path, b: str | Path, *options: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What --json prints, with any exit code."""
    capsys.readouterr()
    main(["compare", str(a), str(b), "--json", *options])
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return data
