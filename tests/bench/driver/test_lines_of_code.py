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


def pieces(folder: str) -> dict[str, set[str]]:
    """The headers in a folder, each with the headers that it and the .cpp beside it include."""
    found: dict[str, set[str]] = {}
    for path in (SOURCE / folder).rglob("*.hpp"):
        text = "".join(p.read_text(encoding="utf-8") for p in (path, path.with_suffix(".cpp")) if p.exists())
        name = str(path.relative_to(SOURCE))
        found[name] = set(re.findall(rf'^#include "({folder}/.+)"$', text, re.M)) - {name}
    return found


def used_by(header: str, of: dict[str, set[str]], contract: str) -> set[str]:
    """The headers in its folder that a header includes, directly or indirectly."""
    used = {header}
    while (wider := used.union(*(of[h] for h in used)) - {contract}) != used:
        used = wider
    return used - {header}


def length(headers: set[str]) -> int:
    """Lines of code of headers, with the .cpp beside each."""
    files = [SOURCE / header for header in headers]
    return sum(code(p) for h in files for p in (h, h.with_suffix(".cpp")) if p.exists())


WITHOUT_SOCKET = {f"workloads/protocols/{name}.hpp" for name in ("ao_peers", "ao_without_socket", "mkts")}
"""A listener's part of TCP-AO, which no block has."""

KINDS = [
    ("strategies", "strategies", "strategies", "strategies/strategy.hpp"),
    ("protocols", "workloads", "workloads/protocols", "workloads/protocol.hpp"),
]


@pytest.mark.parametrize("kind, tree, folder, contract", KINDS)
def test_every_file_is_counted_once(driver: Driver, kind: str, tree: str, folder: str, contract: str) -> None:
    assert driver(*RUN).returncode == 0
    found = json.loads((driver.folder / "out/run.json").read_text())["lines_of_code"][kind]
    listed = json.loads(driver("list", "--json").stdout)
    assert set(found) == {entry["name"] for entry in listed[kind]}
    of = pieces(tree)
    counted = set()
    for name, lines in found.items():
        header = f"{folder}/{name}.hpp"
        shared = used_by(header, of, contract)
        assert lines == {"own": length({header}), "shared": length(shared)}, name
        counted |= {header, *shared}
    # Every file of a protocol or strategy is counted for one of them.
    files = {str(p.relative_to(SOURCE)) for p in (SOURCE / folder).glob("*.?pp")}
    assert {f.replace(".cpp", ".hpp") for f in files} - {contract, "strategies/registry.hpp"} - WITHOUT_SOCKET <= counted


def test_no_source_has_a_block_comment() -> None:
    """Block comments would count as code."""
    files = [*SOURCE.glob("strategies/*.?pp"), *SOURCE.glob("workloads/*.hpp"), *SOURCE.glob("workloads/protocols/*.?pp")]
    assert len(files) > 20
    assert [path.name for path in files if "/*" in path.read_text(encoding="utf-8")] == []


def test_an_older_run_continues(driver: Driver) -> None:
    assert driver(*RUN).returncode == 0
    path = driver.folder / "out/run.json"
    data = json.loads(path.read_text())
    del data["lines_of_code"]
    path.write_text(json.dumps(data))
    assert driver(*RUN).returncode == 0
