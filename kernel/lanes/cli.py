# SPDX-License-Identifier: MIT
"""The command line of `tfmbench kernel`. Exit codes: 0 done, 2 bad arguments or it cannot be done, 3 interrupted.

An error is one line on stderr.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from kernel.lanes import cache, kernels, listing, machine, results
from kernel.lanes.cache import Cache
from kernel.lanes.errors import Refused
from kernel.lanes.lane import Asked, Lane
from kernel.lanes.names import AEAD, ALGORITHMS, ALL_ALGORITHMS, BYTES
from kernel.lanes.process import missing
from kernel.lanes.registry import LANES
from kernel.lanes.session import Session
from kernel.lanes.words import duration, unknown

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
    parser.add_argument("--bytes", metavar="N,…", help=f"only these sizes of a segment's data (default: {', '.join(map(str, BYTES))})")
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
    sizes = _names("--bytes", "size", args.bytes, tuple(map(str, BYTES)))
    return LANES[args.lane], Asked(chosen, algorithms, tuple(map(int, sizes)) or BYTES, args.full)


def _out(args: argparse.Namespace, lane: Lane) -> Path:
    if args.out == "":
        raise Refused("--out must name a folder")
    out = Path(args.out or f"results/local/kernel-{time.strftime('%Y%m%dT%H%M%S')}")
    results.check_free(out, lane.name)
    return out


def _measure(argv: Sequence[str], args: argparse.Namespace) -> None:
    lane, asked = _asked(args)
    out = _out(args, lane)
    absent = missing(lane.commands)
    if absent:
        raise Refused(f"the lane {lane.name} needs {', '.join(absent)}, which {'is' if len(absent) == 1 else 'are'} not installed")
    began = time.time()
    with Cache(cache.default_folder()) as the_cache:
        session = Session(the_cache)
        try:
            measured = lane.measure(session, asked)
            run = {
                "run": out.resolve().name or "kernel",
                "full": asked.full,
                "asked": {"command_line": ["kernel", *argv]},
                "git": machine.git(session),
                "start": results.utc(began),
                "machine": machine.machine(),
                "tools": measured.tools,
                "kernels": measured.kernels,
                "warnings": session.warnings,
            }
            folder = results.write(out, lane.name, run, measured.rounds)
        except OSError as error:
            raise Refused(f"{error.filename or the_cache.folder}: {error.strerror}") from error
        finally:
            session.processes.stop()
            session.progress.wipe()
            _ignore_signals()  # what follows cleans up, and takes no second
    print(f"{measured.table}\n\n{len(measured.rounds)} rounds in {duration(time.time() - began)}: {folder}")
    print(f"Next: tfmbench report RUN --kernel {out}")


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _run(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    if not args.list:
        _measure(argv, args)
    elif args.lane is not None:
        raise Refused("--list takes no lane")
    else:
        print(json.dumps(listing.as_json(), indent=1) if args.json else listing.as_text())


def main(argv: Sequence[str]) -> int:
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _interrupt)
    try:
        _run(argv)
        sys.stdout.flush()
        return 0
    except Refused as error:
        line = str(error)
    except OSError as error:
        if error.filename is None:  # stdout's
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            if error.errno == errno.EPIPE:
                return 2
        line = f"{error.filename or 'standard output'}: {error.strerror}"
    print(f"{PROGRAM}: {' '.join(line.split())}", file=sys.stderr)
    return 2
