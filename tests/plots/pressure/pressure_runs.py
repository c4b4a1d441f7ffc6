# SPDX-License-Identifier: MIT
"""Runs under memory pressure, with known true values or changed files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import synthetic
import synthetic_memory
from outputs import read
from plots.verdicts.results import Results

ALLOCATES = {"per_socket_tfm", "per_request_key", "tfm_pool"}


def held(strategy: str) -> int:
    """Pages that a strategy holds with 1,000 sockets."""
    shape = synthetic_memory.SHAPES[strategy]
    return 1 + int(synthetic_memory.moment(shape, synthetic.axes(), 1000)["total"]["bytes"]) // 4096


def edited(folder: Path, edit: Callable[[dict[str, Any]], object], every: bool = True, **axes: Any) -> Path:
    """A run of one block with its rounds (or only the first) changed."""
    run = synthetic.write_run(folder, synthetic.Truth(blocks=[synthetic.axes(pages=512, **axes)]))
    for path in sorted((run / "rounds").glob("*.json"))[: None if every else 1]:
        data = json.loads(path.read_text())
        edit(data)
        path.write_text(json.dumps(data))
    return run


def pool_of(data: dict[str, Any]) -> dict[str, Any]:
    (found,) = [c for c in data["cells"] if c["name"] == "percpu_pool"]
    return dict(found)


def evaluated(run: Path) -> Results:
    return read(run)
