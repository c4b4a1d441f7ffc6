#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How often is a strategy called different from itself?

    aa.py [--out DIR]

Runs aa.toml and counts the verdicts on A/A cells. Exit 0: at least 200 comparisons, and at most 2 % of them are called
different; 1: otherwise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import runs

ROOT = Path(__file__).resolve().parents[3]
COMPARISONS = 200
SHARE = 0.02


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, metavar="DIR", help="an empty folder for the run (else a temporary one)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        out = (args.out or Path(temporary) / "aa").resolve()
        aa = runs.summary(ROOT, Path(__file__).with_name("aa.toml"), out, seed=5)["aa"]
    comparisons, different = aa["comparisons"], aa["called_different"]
    print(f"{comparisons} comparisons, {different} called different, median ratio {aa['median_ratio']:.4f}")
    return int(comparisons < COMPARISONS or different > SHARE * comparisons)


if __name__ == "__main__":
    sys.exit(main())
