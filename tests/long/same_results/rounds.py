# SPDX-License-Identifier: MIT
"""Rounds that a seed repeats: both checkouts must give the same files, except for measured times."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MATRIX = Path(__file__).resolve().parent / "matrix.toml"
SEED = "7"

UNSTEADY = {
    "start": "time",
    "origin": "the revision",
    "duration_ns": "time",
    "stamp_ns": "time",
    "machine": "disturbances by the machine",
    "resident": "pages: they depend on the memory layout of the process",
    "rounded_bytes": "how glibc rounds a block depends on the holes in the heap; `bytes` does not",
    "search": "loads are tried at multiples of the measured service time",
    "service_ns": "time",
    "own_ns": "time",
    "wait": "time",
    "section": "time",
    "disturbed": "how often the machine interrupted a timed section",
    "waits": "virtual time depends on measured service times",
    "waited_ns": "the same",
    "engine_waits": "the same",
    "engine_waited_ns": "the same",
    "pps": "the same",
    "most_held": "the same",
    "overtaken": "the same: depends on the order in which operations end",
    "request_bytes_peak": "the same: depends on how many operations are held at once",
}
"""Fields of a round file that differ between two runs of one build, and why."""

# Fields that depend on `overtaken`: such a packet is dropped, not accepted.
_FOLLOWS = {"in_flight": ("accepted", "drops", "forged", "forged_refused", "genuine_refused", "forged_accepted")}


def _steady(value: Any) -> Any:
    """The value without the fields in UNSTEADY."""
    if isinstance(value, dict):
        return {key: _steady(one) for key, one in value.items() if key not in UNSTEADY}
    return [_steady(one) for one in value] if isinstance(value, list) else value


def usual_axes(checkout: Path) -> dict[str, Any]:
    """The default of every axis that has one."""
    schema = json.loads((checkout / "results/schema/axes.schema.json").read_text(encoding="utf-8"))
    return {name: axis["default"] for name, axis in schema["properties"].items() if "default" in axis}


def steady_round(data: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    """`usual`: an axis that the file lacks has its default, as in every older file."""
    kept: dict[str, Any] = _steady(data)
    kept["axes"] = usual | kept["axes"]
    for cell in kept["cells"]:
        for key in _FOLLOWS.get(kept["kind"], ()):
            cell.pop(key)
    return kept


def differences(before: Any, after: Any, where: str = "") -> Iterator[str]:
    """A line for each value that differs."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            if key not in before or key not in after:
                yield f"{where}.{key}: {'new' if key in after else 'gone'}"
            else:
                yield from differences(before[key], after[key], f"{where}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for i, (one, other) in enumerate(zip(before, after)):
            yield from differences(one, other, f"{where}[{i}]")
    elif before != after or type(before) is not type(after):
        yield f"{where}: {str(before)[:60]} -> {str(after)[:60]}"


def measure(checkout: Path, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [checkout / "build/release/tfmbench", "run", MATRIX, "--out", folder, "--seed", SEED]
    subprocess.run(command, check=True, capture_output=True, cwd=checkout)


def compare(before: Path, after: Path, folder: Path) -> bool:
    """Whether the round files are the same. Prints the differences."""
    for name, checkout in (("before", before), ("after", after)):
        measure(checkout, folder / name)
    files = [sorted(path.name for path in (folder / name / "rounds").iterdir()) for name in ("before", "after")]
    same = files[0] == files[1]
    if not same:
        print(f"  other files: {', '.join(sorted(set(files[0]) ^ set(files[1])))}")
    different = 0
    usual = usual_axes(after)
    for name in sorted(set(files[0]) & set(files[1])):
        old, new = (json.loads((folder / side / "rounds" / name).read_text(encoding="utf-8")) for side in ("before", "after"))
        lines = list(differences(steady_round(old, usual), steady_round(new, usual)))
        different += bool(lines)
        for line in lines[:5]:
            print(f"  {name}: {line}")
    print(f"  {len(files[0])} round files, {different} differ (left out: {', '.join(UNSTEADY)})")
    return same and not different
