# SPDX-License-Identifier: MIT
"""The command line. Exit codes: 0 done, 1 a gate failed, 2 bad arguments, a bad file or output that is lost, 3 interrupted,
4 a gate could not be judged.

An error is one line on stderr that starts with the command's name.
"""

from __future__ import annotations

import argparse
import json
import math
import shlex
import sys
from pathlib import Path
from typing import NoReturn

from plots.output import is_stdout, silence_stdout, write_text
from plots.registry import QUESTIONS, results_of, rounds_wanted
from plots.run.files import BadInput


class _BadArguments(Exception):
    """Its text is the complete error line, with the command's name."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _BadArguments(f"{self.prog}: {message}; {' '.join(self.format_usage().split())}")


def _percent(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1000:
        raise argparse.ArgumentTypeError(f"'{text}' is not a percentage from 0 to 1000")
    return value


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("it must name a folder")
    return Path(text)


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = _Parser(prog="tfmbench", description="Draws reports of runs and compares runs.", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    report = commands.add_parser("report", allow_abbrev=False, help="write a run's report")
    report.add_argument("dirs", type=Path, nargs="+", metavar="RUN", help="several: their claims are judged together")
    report.add_argument("--out", type=_folder, metavar="DIR", help="the report's folder (default: RUN/report); nothing is written outside it")
    report.add_argument("--kernel", type=_folder, metavar="DIR", help="set a folder of `tfmbench kernel` beside the run")
    report.add_argument("--text", action="store_true", help="print the table as well")
    report.add_argument("--benchmark-json", type=Path, metavar="FILE", help="also write Google Benchmark's JSON; - is standard output")
    table = commands.add_parser("table", allow_abbrev=False, help="print a run's table, write nothing")
    table.add_argument("dir", type=Path, metavar="DIR")
    look = commands.add_parser("look", allow_abbrev=False, help="print which blocks of a run need more rounds, as JSON")
    look.add_argument("dir", type=Path, metavar="DIR")
    compare = commands.add_parser("compare", allow_abbrev=False, help="compare two runs")
    compare.add_argument("dir_a", type=Path, metavar="DIR_A")
    compare.add_argument("dir_b", type=Path, metavar="DIR_B")
    compare.add_argument(
        "--gate",
        type=_percent,
        metavar="PERCENT",
        help="exit with 1 if a time rose by more than PERCENT or a counted number at all, with 4 if that cannot be judged",
    )
    compare.add_argument("--baseline", metavar="NAME", help="take ratios to this strategy instead of the runs' baseline")
    compare.add_argument("--only-common", action="store_true", help="compare what both have; what B lacks does not fail the gate")
    compare.add_argument("--across-kinds", action="store_true", help="judge times although the kinds of machine differ")
    output = compare.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print JSON (results/schema/compare.schema.json)")
    output.add_argument("--markdown", action="store_true", help="print Markdown for a pull request")
    return parser.parse_args(argv)


def _report(args: argparse.Namespace) -> int:
    # Drawing needs matplotlib, which takes a second to import. The other commands do not need it.
    from plots.report.matplotlib_settings import check_settings

    check_settings()
    if len(args.dirs) > 1:
        return _combined(args)
    from plots.compare.benchmark_json import benchmark_json
    from plots.report.write import write_report
    from plots.report.table import table

    results = results_of(args.dirs[0], args.kernel)
    page = write_report(results, QUESTIONS, args.out)
    said = sys.stdout
    if args.benchmark_json:
        text = json.dumps(benchmark_json(results), indent=1, allow_nan=False) + "\n"
        if is_stdout(args.benchmark_json):
            print(text, end="")
            said = sys.stderr
        else:
            write_text(args.benchmark_json, text)
    if args.text:
        print(table(results, QUESTIONS), file=said)
    print(f"report: {page}", file=said)
    return 0


def _combined(args: argparse.Namespace) -> int:
    """The claims over several runs. The real kernel stands beside the first one, so that it speaks once."""
    from plots.report.combined import combine, text, write_combined

    if args.out is None:
        raise BadInput("--out DIR is required with several runs: their report belongs to none of them")
    if args.benchmark_json:
        raise BadInput("--benchmark-json takes one run")
    runs = [results_of(folder, args.kernel if not place else None) for place, folder in enumerate(args.dirs)]
    combined = combine(runs, QUESTIONS)
    page = write_combined(combined, args.out)
    if args.text:
        print(text(combined), end="")
    for line in combined.apart:
        print(f"tfmbench report: {line}", file=sys.stderr)
    print(f"report: {page}")
    return 0


def _table(args: argparse.Namespace) -> int:
    from plots.drawing.layout import command
    from plots.report.table import table

    print(table(results_of(args.dir), QUESTIONS), end="")
    print("\n".join(["", "The page:", *command(f"build/release/tfmbench report {shlex.quote(str(args.dir))}")]))
    return 0


def _look(args: argparse.Namespace) -> int:
    print(json.dumps({"rounds": rounds_wanted(args.dir)}, indent=1))
    return 0


def _compare(args: argparse.Namespace) -> int:
    from plots.compare.as_json import as_json
    from plots.compare.compare import compare
    from plots.compare.gate import outcome
    from plots.compare.markdown import markdown
    from plots.compare.text import text

    a, b = results_of(args.dir_a), results_of(args.dir_b)
    comparison = compare(a, b, args.baseline, args.across_kinds, args.only_common)
    judged = None if args.gate is None else outcome(comparison, args.gate)
    if judged is None and not comparison.changes and not comparison.counts:
        raise BadInput(f"{args.dir_b}: nothing to compare with {args.dir_a}: no block and strategy in common")
    if args.json:
        print(json.dumps(as_json(comparison, judged), indent=1, allow_nan=False))
    else:
        print(markdown(comparison, judged) if args.markdown else text(comparison, judged), end="")
    if judged is None:
        return 0
    for line in judged.worse:
        print(f"gate: got worse: {line}", file=sys.stderr)
    for line in judged.cannot_judge:
        print(f"gate: cannot judge: {line}", file=sys.stderr)
    return judged.exit_code


def _run(argv: list[str]) -> int:
    try:
        args = _arguments(argv)
    except _BadArguments as error:
        print(error, file=sys.stderr)
        return 2
    except SystemExit:  # --help
        return 0
    commands = {"report": _report, "table": _table, "look": _look, "compare": _compare}
    try:
        return commands[args.command](args)
    except BadInput as error:
        print(f"tfmbench {args.command}: {error}", file=sys.stderr)
        return 2


def main(argv: list[str]) -> int:
    """Runs one command, and sees to it that what it printed is written; returns the exit code."""
    command = " ".join(["tfmbench", *argv[:1]])
    if not sys.stdout:  # None if the process began without it
        print(f"{command}: standard output is closed: give it a file, a pipe or /dev/null", file=sys.stderr)
        return 2
    try:
        code = _run(argv)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader of the pipe (head, less) has ended, so output is lost. Not 0: a gate fails closed. Not 1: nothing got worse.
        silence_stdout()
        return 2
    except OSError as error:
        if error.filename:
            print(f"{command}: {error.filename}: cannot be written: {error.strerror}", file=sys.stderr)
        else:
            silence_stdout()
            print(f"{command}: cannot write to standard output: {error.strerror}", file=sys.stderr)
        return 2
