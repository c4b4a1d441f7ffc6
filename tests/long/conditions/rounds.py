# SPDX-License-Identifier: MIT
"""One timed round of one block, in the process that the driver starts for it. A condition changes one thing about it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from plots.statistics.stats import median, paired_ratio  # noqa: E402

BASELINE = "percpu_pool"
WATCHED = (BASELINE, "per_socket_tfm", "onstack_prepared")
"""The baseline, and the strategies whose ratio to it is watched."""


@dataclass(frozen=True)
class Condition:
    """What is changed about a round. `control` changes nothing."""

    name: str
    strategies: tuple[str, ...] = WATCHED
    axes: Mapping[str, Any] = field(default_factory=dict)
    build: Path = ROOT / "build/release"
    prefix: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    cores: tuple[int, ...] = (0,)
    beside: tuple[str, ...] = ()
    """A command that runs beside every round."""


@dataclass(frozen=True)
class Round:
    ratios: Mapping[str, float]
    """By strategy: the median over laps of its turn against the baseline's."""

    baseline_ns: float


def request(condition: Condition, axes: Mapping[str, Any], number: int) -> dict[str, Any]:
    """What the driver would send to the round's process, without the block's id."""
    schema = json.loads((ROOT / "results/schema/axes.schema.json").read_text(encoding="utf-8"))
    block = {name: axis.get("default") for name, axis in schema["properties"].items()} | axes | condition.axes
    return {
        "block": block, "block_id": "", "kind": "timed", "round": number, "seed": 11, "baseline": condition.strategies[0],
        "strategies": list(condition.strategies), "aa_copies": 0, "cores": list(condition.cores),
        "origin": {"host": "", "kind": "", "revision": "unknown", "build": ""},
        "start": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }  # fmt: skip


def _run(condition: Condition, text: str, out: Path) -> subprocess.CompletedProcess[str]:
    command = [*condition.prefix, str(condition.build / "tfmbench_round"), "--out", str(out)]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, env=os.environ | dict(condition.environment)
    )


def with_id(condition: Condition, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Adds the block's id, which the process names when it refuses another."""
    refused = _run(condition, json.dumps(wanted), Path("/nonexistent/never")).stderr
    found = re.search(r"the block's id is (\S+)$", refused.strip())
    if found is None:
        raise SystemExit(f"{condition.name}: {refused.strip()}")
    return dict(wanted) | {"block_id": found[1]}


def measure(condition: Condition, wanted: Mapping[str, Any]) -> Round:
    """Runs one round. Ends the program with the process's own words if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "round.json"
        beside = (
            subprocess.Popen(condition.beside, stdout=subprocess.DEVNULL, start_new_session=True) if condition.beside else None
        )
        try:
            done = _run(condition, json.dumps(wanted), out)
        finally:
            if beside:
                os.killpg(beside.pid, signal.SIGKILL)  # with the processes that it started
                beside.wait()
        if done.returncode:
            raise SystemExit(f"{condition.name}: {done.stderr.strip()}")
        return round_of(json.loads(out.read_text(encoding="utf-8")))


def round_of(data: Mapping[str, Any]) -> Round:
    """The ratios in a round's file. A lap that kept no batch of a cell is left out for that cell."""
    turns: dict[str, Sequence[float | None]] = {c["name"]: c["turn_ns_per_packet"] for c in data["cells"]}
    baseline = turns[data["baseline"]]
    ratios = {name: ratio for name, t in turns.items() if (ratio := paired_ratio(t, baseline)) is not None}
    ns = median([t for t in baseline if t is not None])
    if ns is None:
        raise SystemExit(f"{data['block_id']}: no batch of the baseline was kept")
    return Round(ratios, ns)
