# SPDX-License-Identifier: MIT
"""Which blocks of a run need more rounds, and why the others stopped. `tfmbench run` asks this at each look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from plots.drawing import words
from plots.run.model import Run
from plots.statistics.looks import is_open
from plots.statistics.verdict import DIFFERENT, FLOOR
from plots.verdicts.pages import wrong_pages
from plots.verdicts.results import BlockResult, Look, Why


def _hopeless(block: BlockResult) -> bool:
    """Whether it resolves nothing, and more rounds would not change that."""
    bad_pages = wrong_pages(block.block) is not None
    return bad_pages or not block.aa or any(one.called in DIFFERENT or one.ratio.median is None for one in block.aa)


def _open(run: Run, block: BlockResult) -> tuple[str, ...]:
    """The comparisons that need more rounds: all of them in a block that resolves nothing yet."""
    if run.precision is None or _hopeless(block):
        return ()
    precision = run.precision.percent / 100
    compared = [s for s in block.strategies if s.name not in (FLOOR, run.baseline)]
    return tuple(s.name for s in compared if block.resolves_nothing_because or is_open(s.verdict, s.ratio, s.heaps, precision))


def _next(run: Run, block: BlockResult) -> int | None:
    """The rounds of the look that comes next, or that was begun. None: it had the last one."""
    return next((rounds for rounds in run.looks(block.block) if rounds > len(block.timed)), None)


def _seconds(block: BlockResult, rounds: int) -> float:
    """What it takes until the block has so many."""
    return (rounds - len(block.timed)) * (block.round_seconds or 0.0)


def wanted(run: Run, blocks: Sequence[BlockResult]) -> dict[str, int]:
    """By block, the rounds that it must have at its next look. Blocks that stop are left out.

    A look that was begun is finished: between looks nothing is judged. What is left of the time goes first to blocks that cost
    the least for each open comparison.
    """
    found: dict[str, int] = {}
    sequential = [block for block in blocks if run.looks(block.block)]
    spent = sum(r.duration_ns / 1e9 for block in sequential for r in block.timed)
    candidates: list[tuple[float, str, int, float]] = []
    for block in sequential:
        rounds = _next(run, block)
        if rounds is None:
            continue
        seconds = _seconds(block, rounds)
        if len(block.timed) not in run.looks(block.block):
            found[block.block.id] = rounds
            spent += seconds
        elif still := _open(run, block):
            candidates.append((seconds / len(still), block.block.id, rounds, seconds))
    limit = run.precision.max_time_seconds if run.precision else None
    for _, name, rounds, seconds in sorted(candidates):
        if limit is None or spent + seconds <= limit:
            found[name] = rounds
            spent += seconds
    return found


def _look(run: Run, block: BlockResult, goes_on: bool) -> Look | None:
    looks = run.looks(block.block)
    if not looks:
        return None
    still, rounds = _open(run, block), _next(run, block)
    why: Why
    if goes_on:
        why = "unfinished"
    elif still:
        why = "looks" if rounds is None else "time"
    else:
        why = "hopeless" if _hopeless(block) else "decided"
    seconds = _seconds(block, rounds) if rounds else None
    return Look(sum(n <= len(block.timed) for n in looks), len(looks), len(block.timed), why, still, rounds, seconds)


def with_looks(run: Run, blocks: Sequence[BlockResult]) -> tuple[BlockResult, ...]:
    """The blocks, each with where it stands."""
    goes_on = wanted(run, blocks)
    return tuple(replace(block, look=_look(run, block, block.block.id in goes_on)) for block in blocks)


def note(block: BlockResult) -> str:
    """At which look a block stopped, and why. Empty if its rounds are fixed."""
    look = block.look
    if look is None:
        return ""
    at = f"look {look.number} of {look.of} ({words.plural(look.rounds, 'round')})"
    still = f"{words.listed(look.open)} {'is' if len(look.open) == 1 else 'are'} still open" if look.open else ""
    match look.why:
        case "decided":
            return f"stopped at {at}: no comparison is open"
        case "hopeless":
            return f"stopped at {at}: with more rounds it would not resolve anything either"
        case "looks":
            return f"stopped at {at}, the last one: {still}"
        case "time":
            return (
                f"time ran out at {at}: {still}; the next look, at {look.next_rounds} rounds, takes about "
                f"{words.fixed(look.next_seconds or 0.0, 0)} s more"
            )
        case "unfinished":
            return f"not finished: the run ended after {at}; started again with the same --out, it goes on"


def asked(run: Run) -> str:
    """What the run was asked for in place of a number of rounds. Empty if that is fixed."""
    if run.precision is None:
        return ""
    seconds = run.precision.max_time_seconds
    limit = "" if seconds is None else f", or until these rounds would take more than {seconds:g} s together"
    return (
        "each closed-loop block until all comparisons are faster, slower or same, or have an interval that reaches at most "
        f"{run.precision.percent:g} % to either side{limit}; looks at {words.listed(map(str, run.precision.looks))} rounds"
    )
