# SPDX-License-Identifier: MIT
"""Where the sources under test are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MODULE = ROOT / "kernel/module"
PLUGIN = ROOT / "kernel/plugin"
MODEL_MARKS = ROOT / "bench/cell/marks.hpp"
