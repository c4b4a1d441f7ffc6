#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Are ratios the same where membarrier(2) is refused, as in some containers?

    without_membarrier.py [CHECKOUT] [--rounds 30] [--keep DIR]

CHECKOUT (default: this one) has a built release preset. Rounds of matrix.toml run in turns: one as the machine is, one
under a seccomp filter that answers ENOSYS (refuse_membarrier.py), in a random order. The two of a pair have the same seed. For
each strategy it prints the ratio to the baseline in both, and their difference with a 95 % interval over the pairs.

Exit 0: each whole interval lies within 1.5 %; 1: a difference exceeds 1.5 %; 2: bad arguments, or no filter can be
installed here; 4: an interval is too wide to judge, so take more rounds.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT)]

from plots.statistics.stats import median, paired_ratio, ratio_estimate  # noqa: E402
from refuse_membarrier import membarrier_is_refused, refuse_membarrier  # noqa: E402

MATRIX = Path(__file__).with_name("matrix.toml")
MARGIN = 0.015
STRATEGIES = ("per_socket_tfm", "per_request_key")


def one_round(checkout: Path, folder: Path, seed: int, refused: bool) -> dict[str, float]:
    """Each strategy's ratio to the baseline in one fresh process, and the baseline's ns per packet."""
    command: list[str | Path] = [checkout / "build/release/tfmbench", "run", MATRIX, "--out", folder, "--seed", str(seed)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=checkout, preexec_fn=refuse_membarrier if refused else None
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr.strip() or done.returncode}")
    (path,) = (folder / "rounds").glob("*.json")
    turns = {cell["name"]: cell["turn_ns_per_packet"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}
    base = turns["percpu_pool"]
    found = {name: paired_ratio(turns[name], base) for name in STRATEGIES}
    found["percpu_pool"] = median([ns for ns in base if ns is not None])
    return {name: value for name, value in found.items() if value is not None}


def compare(name: str, pairs: list[tuple[float, float]]) -> int:
    """Prints one strategy's line, and returns the exit code that follows from it."""
    ratios = [ratio_estimate([pair[side] for pair in pairs]) for side in range(2)]
    moved = ratio_estimate([refused / usual for usual, refused in pairs])
    if moved.median is None or moved.low is None or moved.high is None:
        print(f"{name:<17} too few rounds")
        return 4
    shown = "  ".join(f"{r.median:.3f} ({r.low:.3f}-{r.high:.3f})" for r in ratios)
    difference, low, high = (100 * (value - 1) for value in (moved.median, moved.low, moved.high))
    print(f"{name:<17} {shown}  {difference:+.2f} % ({low:+.2f} to {high:+.2f})")
    if abs(math.log(moved.median)) > MARGIN:
        return 1
    return 0 if max(abs(math.log(moved.low)), abs(math.log(moved.high))) <= MARGIN else 4


def main() -> int:
    parser = argparse.ArgumentParser(description="Are ratios the same where membarrier(2) is refused?", allow_abbrev=False)
    parser.add_argument("checkout", type=Path, nargs="?", default=ROOT, metavar="CHECKOUT")
    parser.add_argument("--rounds", type=int, default=30, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="an empty folder for all files (else a temporary one)")
    args = parser.parse_args()
    if not membarrier_is_refused():
        print("no seccomp filter can refuse membarrier(2) here, or the machine refuses it already", file=sys.stderr)
        return 2
    found: dict[bool, list[dict[str, float]]] = {False: [], True: []}
    with tempfile.TemporaryDirectory() as temporary:
        folder = (args.keep or Path(temporary)).resolve()
        for number in range(args.rounds):
            for refused in random.sample([False, True], 2):
                out = folder / f"{number:03}-{'refused' if refused else 'usual'}"
                found[refused].append(one_round(args.checkout.resolve(), out, number + 1, refused))
    for refused, rounds in found.items():
        ns = median([r["percpu_pool"] for r in rounds])
        print(f"percpu_pool, membarrier {'refused' if refused else 'as it is'}: {ns:.1f} ns per packet")
    print(f"{'ratio to the pool':<17} as it is              refused              difference, {args.rounds} pairs of rounds")
    codes = []
    for name in STRATEGIES:
        pairs = [(usual[name], refused[name]) for usual, refused in zip(found[False], found[True]) if name in usual and name in refused]
        codes.append(compare(name, pairs))
    return 1 if 1 in codes else max(codes)


if __name__ == "__main__":
    sys.exit(main())
