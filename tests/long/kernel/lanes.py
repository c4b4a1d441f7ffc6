#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Do the lanes of the real kernel repeat, and agree with the committed results?

    lanes.py [LANE…] [--reference DIR] [--keep DIR]

Runs each lane twice with build/release/tfmbench, with the algorithms of the committed results; without LANE, all lanes that these have. Then
compares ratios to the baseline (ratios.py): of the two runs (counted: within 0.005, native: warm within 3 %), and of the first run with the
committed ones where the kernel's release is the same (within 2 %; another release is said and not judged). The published step, from
tcp_sigpool to the library call, must be 2.2 to 2.6. Needs a network or a full cache; counted takes some minutes, native more.

Exit 0: all holds; 1: a ratio lies apart; 2: bad arguments, or a lane could not run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import ratios

SOURCE = Path(__file__).resolve().parents[3]
TFMBENCH = SOURCE / "build/release/tfmbench"
AGAIN = {"counted": ratios.Apart("differ by more than 0.005", lambda a, b: abs(a - b) > 0.005)}
RELATIVE = ratios.Apart("differ by more than 3 %", lambda a, b: abs(a / b - 1) > 0.03)
COMMITTED = ratios.Apart("differ by more than 2 %", lambda a, b: abs(a / b - 1) > 0.02)


def options(committed: ratios.Lane | None) -> list[str]:
    """What makes a lane measure all that it is compared with."""
    algorithms = {key[1] for key in committed.ratios} - {"sockets"} if committed else set()
    return ["--algorithm", ",".join(sorted(algorithms))] if algorithms else []


def run(lane: str, out: Path, more: list[str]) -> Path:
    command = [str(TFMBENCH), "kernel", lane, *more, "--out", str(out)]
    print("+", " ".join(command), flush=True)
    done = subprocess.run(command, check=False)
    if done.returncode != 0:
        sys.exit(2)
    return out / lane


def check(lane: str, folder: Path, reference: Path) -> int:
    committed = ratios.read(reference / lane) if (reference / lane).is_dir() else None
    first, second = (ratios.read(run(lane, folder / name, options(committed))) for name in ("first", "second"))
    apart = ratios.compare(first, second, AGAIN.get(lane, RELATIVE))
    if committed:
        apart += ratios.compare(first, committed, COMMITTED)
    else:
        print(f"{lane}: {reference / lane} is not there: compared with no committed results")
    if lane == "counted":
        apart += ratios.published_step(first)
    print("\n".join(apart) or f"{lane}: all holds")
    return len(apart)


def main() -> int:
    parser = argparse.ArgumentParser(description="Do the lanes of the real kernel repeat, and agree with the committed results?", allow_abbrev=False)
    parser.add_argument("lanes", nargs="*", metavar="LANE")
    parser.add_argument("--reference", type=Path, default=SOURCE / "results/reference/kernel", metavar="DIR")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the runs there")
    args = parser.parse_args()
    if not TFMBENCH.exists():
        print(f"{TFMBENCH} is not built: cmake --build --preset release", file=sys.stderr)
        return 2
    lanes = args.lanes or [path.parent.name for path in sorted(args.reference.glob("*/run.json"))] or ["counted"]
    with tempfile.TemporaryDirectory() as temporary:
        found = [check(lane, args.keep or Path(temporary), args.reference) for lane in lanes]
    return 1 if any(found) else 0


if __name__ == "__main__":
    sys.exit(main())
