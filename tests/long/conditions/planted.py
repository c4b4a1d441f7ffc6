#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Does a run find a difference that is known?

    planted.py [--runs N] [--keep DIR]

Three copies of per_socket_tfm wait in every start() (planted.hpp): the baseline, and two whose packets take 10 % and 0.5 %
longer. The copies are built in a copy of this checkout. The length of each one's wait is found first, over many rounds. Then
N runs of seven rounds (planted.toml; 20 unless told otherwise) are judged as any other run.

Exit 0: 10 % is called slower in at least nine of ten runs, and 0.5 % is never called faster or slower; 1: otherwise.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

import runs
from differences import holm
from rounds import ROOT, Condition, measure, request, with_id

HERE = Path(__file__).resolve().parent
BLOCK = {"workload": "tcp_ao/bgp_update", "algorithm": "hmac(sha1)"}
BASELINE = "planted_none"
BASELINE_TURNS = 40
"""Of the baseline's wait."""

TRIED = (0, 20, 30, 40, 50, 60, 80, 120, 160)
"""Turns of a copy's wait for which its cost is measured."""

WANTED = {"large": 10.0, "small": 0.5}
"""Percent of the baseline's packet."""


def build(folder: Path) -> None:
    """A copy of the checkout with the three strategies, built."""
    left_out = shutil.ignore_patterns("build", "local", "__pycache__", ".git")
    shutil.copytree(ROOT, folder, ignore=left_out, dirs_exist_ok=True)
    shutil.copy(HERE / "planted.hpp", folder / "strategies/planted.hpp")
    registry = folder / "strategies/registry.hpp"
    text = registry.read_text(encoding="utf-8")
    last, more = "Multibuffer>;", "Multibuffer, PlantedNone, PlantedLarge, PlantedSmall>;"
    if text.count(last) != 1:
        raise SystemExit(f"{registry}: the list of strategies does not end with {last}")
    include = '#include "strategies/null.hpp"\n'
    text = text.replace(include, include + '#include "strategies/planted.hpp"\n').replace(last, more)
    registry.write_text(text, encoding="utf-8")
    # The covering set of pairs has every strategy with TCP-AO.
    configure = ["cmake", "--preset", "release", "-DTFM_TESTS=OFF", "-DTFM_PAIRS=covering"]
    for command in (configure, ["ninja", "-C", "build/release", "tfmbench", "tfmbench_round", "tfmbench_round_counted"]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)


def waits(turns: Mapping[str, int]) -> dict[str, str]:
    """The environment in which the baseline waits, and each copy its number of turns."""
    return {f"TFM_PLANTED_{name.upper()}": str(n) for name, n in {"none": BASELINE_TURNS, **turns}.items()}


def cost_percent(checkout: Path, name: str, turns: int, rounds: int) -> list[float]:
    """What a copy costs more than the baseline in each round, in percent of the baseline's packet."""
    strategy = f"planted_{name}"
    condition = Condition(
        f"{strategy}, {turns} turns", (BASELINE, strategy), build=checkout / "build/release", environment=waits({name: turns})
    )
    wanted = with_id(condition, request(condition, BLOCK, 0))
    return [100 * (measure(condition, wanted | {"round": i}).ratios[strategy] - 1) for i in range(rounds)]


def turns_for(percent: float, costs: Sequence[float]) -> int:
    """The turns that cost `percent`, interpolated between those that were tried."""
    rising = np.maximum.accumulate(costs)
    return round(float(np.interp(percent, rising, TRIED)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="an empty folder for build and runs (else a temporary one)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (args.keep or Path(temporary)).resolve()
        checkout = folder / "checkout"
        build(checkout)
        turns: dict[str, int] = {}
        for name, percent in WANTED.items():
            costs = [float(np.median(cost_percent(checkout, name, tried, 10))) for tried in TRIED]
            print(f"planted_{name} costs more: " + ", ".join(f"{t} turns {c:.2f} %" for t, c in zip(TRIED, costs)))
            turns[name] = turns_for(percent, costs)
        verdicts: dict[str, list[str]] = {name: [] for name in WANTED}
        medians: dict[str, list[float]] = {name: [] for name in WANTED}
        for i in range(args.runs):
            (block,) = runs.summary(checkout, HERE / "planted.toml", folder / f"run-{i}", i + 1, waits(turns))["blocks"]
            for s in block["strategies"]:
                name = s["name"].removeprefix("planted_")
                if name in WANTED:
                    verdicts[name].append(s["verdict"])
                    medians[name].append(s["ratio"]["median"])
    for name, percent in WANTED.items():
        over_runs = holm({name: ([1.0] * args.runs, medians[name])})[name]
        counts = ", ".join(f"{verdicts[name].count(v)} {v}" for v in sorted(set(verdicts[name])))
        print(f"{percent:g} % wanted, {turns[name]} turns, {over_runs} over {args.runs} runs: {counts}")
    found = verdicts["large"].count("slower") >= 0.9 * args.runs
    called = [v for v in verdicts["small"] if v in ("faster", "slower")]
    return int(not found or bool(called))


if __name__ == "__main__":
    sys.exit(main())
