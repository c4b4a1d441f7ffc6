# SPDX-License-Identifier: MIT
"""Texts and tables on the instructions of model and kernel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from plots.drawing import words
from plots.drawing.layout import Table
from plots.kernel.instructions import Agreed, Counted, Gap, Sides, nearest
from plots.kernel.pairs import IN_SIGN
from plots.run.kernel import PHASES, POOL
from plots.statistics.verdict import FLOOR

HEADING = "Instructions, model beside kernel"

WITHOUT = (
    "The model's instructions do not stand beside the kernel's. `tfmbench count kernel --out DIR` counts them, in the folder that has the lane "
    "counted, and `tfmbench report RUN --kernel DIR` sets them beside each other."
)

LEGEND = (
    "Instructions a packet, warm cache, model / kernel, both counted by the same plugin under QEMU. ratio: of the operation, from start to end, "
    f"to {POOL}'s. other lies outside: the kernel module's loop, and in the model also finding the packet's parts and storing the MAC. An "
    "allocation in the model is glibc's. ratio apart: the model's ratio, less the kernel's, as a share of that."
)

OPPOSITE_LEGEND = (
    "The first strategy's instructions over the second's: the model says that one costs more, the kernel that the other does, both by more than "
    f"{words.percent(IN_SIGN, 0)}."
)

_MOST_OPPOSITE = 5
"""Pairs that a line names."""


def lines(found: Sequence[Agreed]) -> list[str]:
    """What the table of agreement means, and where the nearest api is wrong. Empty: there is no ratio."""
    near = nearest(found)
    return [_within(near, len({one.api for one in found})), _wrong(near)] if near else []


def _within(near: Sequence[Agreed], apis: int) -> str:
    said = words.listed(f"{words.percent(one.apart or 0)} of kernel {one.kernel}'s (api={one.api})" for one in near)
    chosen = "" if apis == 1 else "; of the apis beside a kernel the nearest, by the ratios that all of them have"
    return f"In instructions, half of the model's ratios to {POOL} are within {said}{chosen}."


def _wrong(near: Sequence[Agreed]) -> str:
    wrong = Counter(f"{pair.one} and {pair.other}" for one in near for pair in one.opposite)
    named = wrong.most_common(_MOST_OPPOSITE)
    more = wrong.total() - sum(number for _, number in named)
    said = [f"{name} ({words.plural(number, 'time')})" for name, number in named] + ([f"others ({words.plural(more, 'time')})"] if more else [])
    widest = max((one.widest for one in near if one.widest), key=lambda gap: gap.width)
    return (
        f"In these comparisons {wrong.total():,} of {words.plural(sum(one.pairs for one in near), 'pair')} of strategies have opposite signs in model "
        f"and kernel, both by more than {words.percent(IN_SIGN, 0)}{f': {words.listed(said)}' if said else ''}; the largest gap of a ratio is "
        f"{_gap(widest)}."
    )


def _gap(one: Gap) -> str:
    """tfm_pool's (api=flat, 6.12, md5, 64 B: model 0.960, kernel 1.111; mostly key, -0.100 of -0.151)"""
    where = f"api={one.counted.api}, {one.counted.kernel}, {one.counted.algorithm}, {one.counted.bytes:,} B"
    model, there = words.ratio(one.model), words.ratio(one.kernel)
    phase = f"; mostly {one.phase.name}, {words.fixed(one.phase.difference, 3, '+')} of {words.fixed(one.phase.whole, 3, '+')}"
    return f"{one.of.strategy}'s ({where}: model {model}, kernel {there}{'' if model == there else phase})"


def agreement(found: Sequence[Agreed]) -> Table:
    rows = [
        (
            one.api,
            [
                one.kernel, f"{len(one.gaps):,}", "-" if one.apart is None else words.percent(one.apart),
                "-" if one.order.tau.median is None else words.fixed(one.order.tau.median, 2), _interval(one),
                f"{len(one.opposite):,} of {one.pairs:,}",
            ],
        )
        for one in found
    ]  # fmt: skip
    columns = ["kernel", "ratios", "median apart", "tau", "interval", "opposite pairs"]
    return Table(f"Agreement of the ratios to {POOL} in instructions", columns, rows, [], first="api")


def _interval(one: Agreed) -> str:
    low, high = one.order.tau.low, one.order.tau.high
    return "-" if low is None or high is None else f"{words.fixed(low, 2)} to {words.fixed(high, 2)}"


def opposite(found: Sequence[Agreed]) -> list[Table]:
    """All pairs of strategies with opposite signs, a table for each api and kernel that has some."""
    columns = ["algorithm", "bytes", "model", "kernel"]
    return [
        Table(
            f"api={group.api}, {group.kernel}",
            columns,
            [
                (f"{one.one} / {one.other}", [one.counted.algorithm, f"{one.counted.bytes:,}", words.ratio(one.model), words.ratio(one.kernel)])
                for one in group.opposite
            ],
            [],
            first="pair",
        )
        for group in found
        if group.opposite
    ]


def tables(found: Sequence[Agreed]) -> list[Table]:
    """By phase, a table for each api, kernel, algorithm and size."""
    return [_table(one) for group in found for one in group.counted]


def _table(one: Counted) -> Table:
    size = f"{one.bytes:,} B" + (f" (model {one.model_bytes:,} B)" if one.model_bytes != one.bytes else "")
    rows = [(f"{side.strategy} ({side.form})", _cells(one, side)) for side in one.sides]
    columns = [*PHASES, "all", "ratio", "ratio apart"]
    return Table(f"api={one.api}, {one.kernel}, {one.algorithm}, {size}", columns, rows, [], first="strategy (form in the kernel)")


def _cells(one: Counted, side: Sides) -> list[str]:
    counts = [f"{words.fixed(side.model[phase], 0)} / {words.fixed(side.kernel[phase], 0)}" for phase in PHASES]
    counts.append(f"{words.fixed(sum(side.model.values()), 0)} / {words.fixed(sum(side.kernel.values()), 0)}")
    gap = None if side.strategy == FLOOR else one.gap(side)
    if gap is None:
        return [*counts, "-", "-"]
    return [*counts, f"{words.ratio(gap.model)} / {words.ratio(gap.kernel)}", words.percent(gap.apart)]
