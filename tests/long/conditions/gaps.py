#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What do the timer's and other interrupts take from a thread that is pinned to a core? (x86 only)

    gaps.py [--core N] [--seconds S]

Prints how many gaps longer than a microsecond a loop saw in a second, and the share of the time that they took. A tick of
the kernel's timer shows as CONFIG_HZ gaps a second. Every strategy pays that share alike, so no ratio moves by it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--core", type=int, default=0, metavar="N")
    parser.add_argument("--seconds", type=float, default=10.0, metavar="S")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "gaps"
        subprocess.run(["g++", "-O2", "-o", program, Path(__file__).with_name("gaps.cpp")], check=True)
        done = subprocess.run(["taskset", "-c", str(args.core), program, str(args.seconds)], check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    print(
        f"{found['gaps'] / found['seconds']:.0f} gaps a second, {found['total_us'] / found['seconds'] / 1e4:.3f} % of the time, "
        f"the longest {found['longest_us']:.0f} us"
    )


if __name__ == "__main__":
    main()
