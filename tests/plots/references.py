# SPDX-License-Identifier: MIT
"""The committed reference runs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from plots.registry import results_of
from plots.verdicts.results import Results

ROOT = Path(__file__).parents[2]
FOLDERS = {path.parent.name: path.parent for path in sorted((ROOT / "results/reference").glob("*/run.json"))}


@cache
def reference(name: str) -> Results:
    return results_of(FOLDERS[name])
