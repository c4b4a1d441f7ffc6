# SPDX-License-Identifier: MIT
"""The command line of `tfmbench kernel`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import NoReturn

from kernel.lanes import command, kernels, listing
from kernel.lanes.command import Task
from kernel.lanes.errors import Refused
from kernel.lanes.lane import Asked, Lane
from kernel.lanes.names import AEAD, ALGORITHMS, ALL_ALGORITHMS, BYTES
from kernel.lanes.registry import LANES
from kernel.lanes.words import unknown

PROGRAM = "tfmbench kernel"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Refused(f"{message} (see --help)")


def _parser() -> _Parser:
    parser = _Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} LANE [--kernel NAME,…] [--algorithm NAME,…] [--bytes N,…] [--full] [--out DIR]\n       {PROGRAM} --list [--json]",
        description="Measures strategies in real kernels, from Debian's packages. Nothing is installed.",
        epilog="Lanes: " + "; ".join(f"{lane.name}: {lane.summary}" for lane in LANES.values()) + ".",
        allow_abbrev=False,
    )
    parser.add_argument("lane", nargs="?", metavar="LANE", help=f"what measures: {', '.join(LANES)}")
    parser.add_argument("--kernel", metavar="NAME,…", help=f"only these kernels: {', '.join(kernels.NAMES)}, or the newest one's number")
    parser.add_argument("--algorithm", metavar="NAME,…", help=f"only these algorithms (default: {', '.join(ALGORITHMS)})")
    parser.add_argument("--bytes", metavar="N,…", help=f"only these sizes of a segment's data, of {', '.join(map(str, BYTES))}")
    parser.add_argument("--full", action="store_true", help=f"more: other numbers of sockets, and {AEAD}")
    parser.add_argument("--out", metavar="DIR", help="the folder of the results (default: results/local/kernel-TIME); a lane is a folder in it")
    parser.add_argument("--list", action="store_true", help="print lanes, kernels, and which strategy is in which kernel, and why not")
    parser.add_argument("--json", action="store_true", help="with --list: print one JSON object")
    return parser


def _names(option: str, kind: str, text: str | None, known: Sequence[str]) -> tuple[str, ...]:
    if text is None:
        return ()
    given = text.split(",")
    for name in given:
        if known and name not in known:
            raise Refused(unknown(kind, name, known))
        if given.count(name) > 1:
            raise Refused(f'{option} "{text}" has {name} twice')
    return tuple(name for name in known if name in given) if known else tuple(given)


def _asked(args: argparse.Namespace) -> tuple[Lane, Asked]:
    if args.json:
        raise Refused("--json goes with --list")
    if args.lane is None:
        raise Refused(f"a lane is needed: {', '.join(LANES)} (see --help)")
    if args.lane not in LANES:
        raise Refused(unknown("lane", args.lane, list(LANES)))
    chosen = _names("--kernel", "kernel", args.kernel, ())
    kernels.check_names(chosen)
    algorithms = _names("--algorithm", "algorithm", args.algorithm, ALL_ALGORITHMS) or (ALL_ALGORITHMS if args.full else ALGORITHMS)
    lane = LANES[args.lane]
    sizes = _names("--bytes", "size", args.bytes, tuple(map(str, BYTES)))
    return lane, Asked(chosen, algorithms, tuple(map(int, sizes)) or lane.bytes, args.full)


def _measure(argv: Sequence[str], args: argparse.Namespace) -> None:
    lane, asked = _asked(args)
    out = command.out_of(args.out, "kernel", lane.name)
    command.measure(
        Task(lane.name, lane.commands, out, ["kernel", *argv], asked.full, lambda session: lane.measure(session, asked))
    )


def _run(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    if not args.list:
        _measure(argv, args)
    elif args.lane is not None:
        raise Refused("--list takes no lane")
    else:
        print(json.dumps(listing.as_json(), indent=1) if args.json else listing.as_text())


def main(argv: Sequence[str]) -> int:
    return command.guarded(PROGRAM, lambda: _run(argv))
