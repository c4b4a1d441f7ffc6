#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Does a ratio move with a condition that should not matter?

    conditions.py neighbours [--rounds N]    each other strategy in the block, or not
    conditions.py process [--rounds N]       environment, ASLR, core, link, a second process, ...
    conditions.py membarrier [--rounds N]    membarrier(2) refused, as in some containers

The block is tcp_ao/bgp_update with hmac(sha1) and hmac(sha256), 1,000 sockets. For each condition, rounds with and without
it alternate. Printed: what it moves in the ratios of per_socket_tfm and onstack_prepared to percpu_pool, and in
percpu_pool's time, in percent, with intervals that are corrected for all comparisons of the same kind (Holm), and how many
of the condition's rounds lie more than 5 % off.

Exit 0: every ratio's interval lies within the margin (--margin, 1 %); 1: one lies wholly outside, or its middle does;
4: one is too wide to judge, so take more rounds; 2: bad arguments.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Sequence

import neighbours
import process
from differences import Difference, Pairs, holm
from rounds import BASELINE, Condition, Round, measure, request, with_id

ALGORITHMS = ("hmac(sha1)", "hmac(sha256)")
GROUPS = {
    "neighbours": neighbours.conditions,
    "process": process.conditions,
    "membarrier": process.without_membarrier,
}


def _block(algorithm: str) -> dict[str, object]:
    return {"workload": "tcp_ao/bgp_update", "algorithm": algorithm}


CONTROLS = 4
"""Rounds of `control` in each sweep. All conditions are compared with their mean, so it should be the steadier side."""


def _mean(values: Sequence[float]) -> float:
    return math.exp(statistics.fmean(map(math.log, values)))


def _mean_round(rounds: Sequence[Round]) -> Round:
    names = rounds[0].ratios
    return Round({name: _mean([r.ratios[name] for r in rounds]) for name in names}, _mean([r.baseline_ns for r in rounds]))


def measured(conditions: Sequence[Condition], algorithm: str, sweeps: int) -> dict[str, list[Round]]:
    """The rounds of each condition, by its name: one of each sweep. A sweep runs all in a random order."""
    wanted = {c.name: with_id(c, request(c, _block(algorithm), 0)) for c in conditions}
    order = random.Random(1)
    found: dict[str, list[Round]] = defaultdict(list)
    for sweep in range(sweeps):
        runs = [c for c in conditions for _ in range(CONTROLS if c.name == "control" else 1)]
        these: dict[str, list[Round]] = defaultdict(list)
        for i, c in enumerate(order.sample(runs, len(runs))):
            these[c.name].append(measure(c, wanted[c.name] | {"round": sweep * len(runs) + i}))
        for name, rounds in these.items():
            found[name].append(_mean_round(rounds))
        print(f"\r{algorithm}: sweep {sweep + 1} of {sweeps}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return found


def pairs(found: dict[str, list[Round]], algorithm: str) -> tuple[dict[str, Pairs], dict[str, Pairs]]:
    """Each condition against `control`: (ratios, times)."""
    ratios: dict[str, Pairs] = {}
    times: dict[str, Pairs] = {}
    control = found["control"]
    watched = [name for name in control[0].ratios if name != BASELINE]
    for name, rounds in found.items():
        if name == "control":
            continue
        for strategy in watched:
            ratios[f"{algorithm}, {name}: {strategy}"] = (
                [r.ratios[strategy] for r in control],
                [r.ratios[strategy] for r in rounds],
            )
        times[f"{algorithm}, {name}: ns of {BASELINE}"] = ([r.baseline_ns for r in control], [r.baseline_ns for r in rounds])
    return ratios, times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("group", choices=GROUPS)
    parser.add_argument("--rounds", type=int, default=30, metavar="N")
    parser.add_argument("--margin", type=float, default=1.0, metavar="PERCENT")
    parser.add_argument("--only", metavar="NAME,…", help="only these conditions of the group")
    args = parser.parse_args()
    if args.rounds < 10:
        parser.error(f"--rounds {args.rounds}: at least 10, for an interval")
    conditions = GROUPS[args.group]()
    if args.only:
        names = args.only.split(",")
        if unknown := set(names) - {c.name for c in conditions}:
            parser.error(f"--only {sorted(unknown)[0]}: the conditions are {', '.join(c.name for c in conditions)}")
        conditions = [c for c in conditions if c.name in ["control", *names]]
    ratios: dict[str, Pairs] = {}
    times: dict[str, Pairs] = {}
    for algorithm in ALGORITHMS:
        more_ratios, more_times = pairs(measured(conditions, algorithm, args.rounds), algorithm)
        ratios |= more_ratios
        times |= more_times
    width = max(map(len, ratios | times))

    def line(name: str, difference: Difference) -> str:
        far = sum(abs(after / before - 1) > 0.05 for before, after in zip(*(ratios | times)[name]))
        return f"{name:{width}} {difference}{' *' if difference.resolved else '  '}{f' ({far} far off)' if far else ''}"

    for name, difference in holm(times).items():
        print(line(name, difference))
    code = 0
    for name, difference in holm(ratios).items():
        word = ""
        if not difference.within(args.margin):
            moved = abs(difference.percent) > args.margin
            word = f"  not within {args.margin:g} %" if moved else f"  may not be within {args.margin:g} %"
            code = 1 if moved or code == 1 else 4
        print(line(name, difference) + word)
    print(f"{args.rounds} rounds of each; *: the interval excludes 0")
    return code


if __name__ == "__main__":
    sys.exit(main())
