#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Do two checkouts give the same results?

    same_results.py BEFORE AFTER [--only rounds,reports,instructions] [--keep DIR]

BEFORE and AFTER are checkouts with a built release preset. Three comparisons:

rounds        every strategy and protocol in counted, pressure and in_flight rounds with one seed (matrix.toml). The
              round files are compared field by field, without fields that depend on time (rounds.UNSTEADY).
reports       each run in AFTER's results/reference, drawn by both: every number of summary.json, and whether the mail
              and the page have the same text.
instructions  instructions per packet of null, percpu_pool and per_socket_tfm, by callgrind (instructions.py).

Exit 0: rounds and numbers are the same, and no strategy takes more instructions; 1: they differ; 2: bad arguments.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import instructions
import reports
import rounds


def _checkout(text: str) -> Path:
    path = Path(text).resolve()
    if not (path / "build/release/tfmbench").exists():
        raise argparse.ArgumentTypeError(f"{text}: no build/release/tfmbench in it; cmake --build --preset release")
    return path


def _steps(text: str) -> list[str]:
    known = ["rounds", "reports", "instructions"]
    steps = text.split(",")
    unknown = [step for step in steps if step not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"'{unknown[0]}' is none of {', '.join(known)}")
    return steps


def main() -> int:
    parser = argparse.ArgumentParser(description="Do two checkouts give the same results?", allow_abbrev=False)
    parser.add_argument("before", type=_checkout, metavar="BEFORE")
    parser.add_argument("after", type=_checkout, metavar="AFTER")
    parser.add_argument("--only", type=_steps, default=["rounds", "reports", "instructions"], metavar="STEP,…")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="an empty folder for all files (else a temporary one)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (args.keep or Path(temporary)).resolve()
        worse = False
        for step in args.only:
            compare = {"rounds": rounds.compare, "reports": reports.compare, "instructions": instructions.compare}[step]
            print(f"== {step}", flush=True)
            worse |= not compare(args.before, args.after, folder / step)
    print("different" if worse else "the same")
    return int(worse)


if __name__ == "__main__":
    sys.exit(main())
