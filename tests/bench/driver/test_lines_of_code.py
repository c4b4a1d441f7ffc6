# SPDX-License-Identifier: MIT
"""What run.json says of how long strategies and protocols are, against another count of the same files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import Driver

SOURCE = Path(__file__).resolve().parents[3]
RUN = ["run", "./tiny.toml", "--rounds", "1", "--out", "out"]


def code(path: Path) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return sum(not re.fullmatch(r"\s*(//.*)?", line) for line in lines)


def closure(folder: str, paths: list[Path], seen: set[Path]) -> set[Path]:
    """All files of the folder that these include."""
    for path in paths:
        found = re.findall(rf'^#include "{folder}/(.+)"$', path.read_text(encoding="utf-8"), re.M)
        new = [p for name in found if (p := SOURCE / folder / name) not in seen]
        seen |= set(new)
        closure(folder, new, seen)
    return seen


@pytest.mark.parametrize("kind, folder", [("strategies", "strategies"), ("protocols", "workloads/protocols")])
def test_every_file_is_counted_once(driver: Driver, kind: str, folder: str) -> None:
    assert driver(*RUN).returncode == 0
    found = json.loads((driver.folder / "out/run.json").read_text())["lines_of_code"][kind]
    listed = json.loads(driver("list", "--json").stdout)
    names = {s["name"] for s in listed["strategies"]}
    if kind == "protocols":
        names = {p["name"] for p in listed["protocols"]}
    assert set(found) == names
    for name, lines in found.items():
        own = [p for suffix in (".hpp", ".cpp") if (p := SOURCE / folder / f"{name}{suffix}").exists()]
        shared = closure(folder, own, set()) - {*own, SOURCE / "strategies/strategy.hpp"}
        assert lines == {"own": sum(map(code, own)), "shared": sum(map(code, shared))}, name


def test_no_source_has_a_block_comment() -> None:
    """They would count as code."""
    files = [*SOURCE.glob("strategies/*.hpp"), *SOURCE.glob("workloads/protocols/*.?pp")]
    assert len(files) > 20
    assert [path.name for path in files if "/*" in path.read_text(encoding="utf-8")] == []


def test_a_run_from_before_goes_on(driver: Driver) -> None:
    assert driver(*RUN).returncode == 0
    path = driver.folder / "out/run.json"
    data = json.loads(path.read_text())
    del data["lines_of_code"]
    path.write_text(json.dumps(data))
    assert driver(*RUN).returncode == 0
