# SPDX-License-Identifier: MIT
"""Ratios to the baseline in a lane's folder, and where those of two folders lie apart."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What a ratio belongs to: kernel, algorithm, bytes, sockets, cache, cell. Of connections: kernel, "sockets", bytes, connections, "warm", key.
Key = tuple[str, str, int, int, str, str]


@dataclass(frozen=True)
class Lane:
    releases: dict[str, str]
    ratios: dict[Key, float]
    phases: dict[Key, dict[str, float]]
    """Instructions a packet; empty in a lane that times."""


@dataclass(frozen=True)
class Apart:
    words: str
    test: Callable[[float, float], bool]


def _baseline(algorithm: str) -> str:
    return {"gcm(aes)": "percpu_pool/aead", "sockets": "plain"}.get(algorithm, "percpu_pool/ahash")


def read(folder: Path) -> Lane:
    """A lane's ratios: the median over its rounds."""
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    ratios: dict[Key, list[float]] = defaultdict(list)
    phases: dict[Key, dict[str, float]] = {}
    for path in sorted((folder / "rounds").iterdir()):
        costs = _costs(json.loads(path.read_text(encoding="utf-8")), phases)
        for key, cost in costs.items():
            base = costs.get((*key[:5], _baseline(key[1])))
            if base:
                # Turn against turn: what else the machine does meets both.
                ratios[key].append(statistics.median(a / b for a, b in zip(cost, base, strict=True)))
    releases = {kernel["kernel"]: kernel["release"] for kernel in run["kernels"]}
    return Lane(releases, {key: statistics.median(values) for key, values in ratios.items()}, phases)


def _costs(body: dict[str, Any], phases: dict[Key, dict[str, float]]) -> dict[Key, list[float]]:
    """A round's turns: of a cell that is counted, its instructions a packet, which `phases` gets by phase too."""
    costs: dict[Key, list[float]] = {}
    for cell in body["cells"]:
        key = (body["kernel"], body["algorithm"], cell["bytes"], cell["sockets"], cell["cache"], cell["name"])
        if "phases" in cell:
            phases[key] = {name: counts["instructions"] / cell["packets"] for name, counts in cell["phases"].items()}
        costs[key] = [sum(phases[key].values())] if "phases" in cell else cell["turn_ns"]
    for entry in body.get("connections", ()):
        if entry["phases"] is not None:
            name = f"{entry['key']} {entry['algorithm']}" if entry["key"] == "tcp_ao" else entry["key"]
            instructions = sum(counts["instructions"] for counts in entry["phases"].values())
            costs[body["kernel"], "sockets", entry["bytes"], entry["connections"], "warm", name] = [instructions / entry["messages"]]
    return costs


def compare(a: Lane, b: Lane, apart: Apart) -> list[str]:
    """The ratios that lie apart, or are missing in `a`, where both have the same release. Cold ones depend on the boot: not judged. Nor are
    those with another number of sockets than `a` has, which only --full measures; where `a` has no ratio at all, all are missing."""
    found = []
    sockets = {key[3] for key in a.ratios or b.ratios}
    if more := sorted({key[3] for key in b.ratios} - sockets):
        print(f"with {', '.join(f'{n:,}' for n in more)} sockets: in one run only, not judged")
    for kernel, release in b.releases.items():
        if a.releases.get(kernel) != release:
            print(f"{kernel}: {a.releases.get(kernel, 'not there')} and {release}: other releases, not judged")
    same = {kernel for kernel, release in b.releases.items() if a.releases.get(kernel) == release}
    for key, value in b.ratios.items():
        if key[0] not in same or key[3] not in sockets or key[4] == "cold":
            continue
        where = ", ".join(map(str, key))
        if key not in a.ratios:
            found.append(f"{where}: is missing")
        elif apart.test(a.ratios[key], value):
            found.append(f"{where}: {a.ratios[key]:.4f} and {value:.4f} {apart.words}")
    return found


def published_step(lane: Lane) -> list[str]:
    """6.12's tcp_sigpool over the newest kernel's library call, hmac(sha1), 92 bytes: 2.2 to 2.6. Published, in cycles: 2.64."""
    newest = max(lane.releases, key=lambda name: tuple(map(int, name.split("."))))

    def cell(kernel: str, name: str) -> dict[str, float] | None:
        return lane.phases.get((kernel, "hmac(sha1)", 92, 1000, "warm", name))

    before, after = cell("6.12", "clone_sigpool/tcp_sigpool"), cell(newest, "onstack/library")
    if before is None or after is None:
        return ["the published step: a cell of it is missing"]
    step = sum(before.values()) / sum(after.values())
    by_phase = {phase: before[phase] - after[phase] for phase in before}
    print(f"published step: {step:.3f}; instructions saved: {', '.join(f'{phase} {saved:.0f}' for phase, saved in by_phase.items())}")
    return [] if 2.2 <= step <= 2.6 else [f"the published step is {step:.3f} and must be 2.2 to 2.6"]
