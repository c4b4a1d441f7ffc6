# SPDX-License-Identifier: MIT
"""Whole runs, as a user starts them, and what their report says."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def summary(
    checkout: Path, matrix: Path, out: Path, seed: int, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Runs the matrix into `out` and returns its summary.json. Ends the program with the driver's words if it fails."""
    driver = checkout / "build/release/tfmbench"
    run: list[str | Path] = [driver, "run", matrix, "--out", out, "--seed", str(seed)]
    report: list[str | Path] = [driver, "report", out]
    for command in (run, report):
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=checkout, env=os.environ | dict(environment or {})
        )
        if done.returncode:
            raise SystemExit(done.stderr.strip())
    data: dict[str, Any] = json.loads((out / "report/summary.json").read_text(encoding="utf-8"))
    return data
