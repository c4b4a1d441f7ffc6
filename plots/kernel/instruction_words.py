# SPDX-License-Identifier: MIT
"""Texts and tables on the instructions of model and kernel."""

from __future__ import annotations

from collections.abc import Sequence

from plots.drawing import words
from plots.drawing.layout import Table
from plots.kernel.instructions import Agreed, Counted, Opposite, Sides
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

_MOST_OPPOSITE = 5
"""Pairs that a line names."""


def lines(found: Sequence[Agreed]) -> list[str]:
    """The first lines: for each api and kernel how far they agree."""
    return [_line(one) for one in found]


def _line(one: Agreed) -> str:
    tau = one.order.tau
    said = "not known" if tau.median is None else words.fixed(tau.median, 2)
    if tau.low is not None and tau.high is not None:
        said += f" ({words.fixed(tau.low, 2)} to {words.fixed(tau.high, 2)})"
    apart = "" if one.apart is None else f", of which half are within {words.percent(one.apart)} of the kernel's"
    return (
        f"Instructions, model (api={one.api}) beside kernel {one.kernel}: {words.plural(one.ratios, 'ratio')} to {POOL}{apart}; Kendall's tau "
        f"{said}; {len(one.opposite):,} of {words.plural(one.pairs, 'pair')} of strategies have opposite signs, both by more than "
        f"{words.percent(IN_SIGN, 0)}{_named(one.opposite)}."
    )


def _named(opposite: Sequence[Opposite]) -> str:
    """The widest of them."""
    widest = sorted(opposite, key=lambda one: -max(one.model / one.kernel, one.kernel / one.model))[:_MOST_OPPOSITE]
    said = [
        f"{one.one} to {one.other} ({one.counted.algorithm}, {one.counted.bytes:,} B: {words.ratio(one.model)}, kernel {words.ratio(one.kernel)})"
        for one in widest
    ]
    more = [f"{len(opposite) - len(widest):,} more"] if len(opposite) > len(widest) else []
    return f": {'; '.join([*said, *more])}" if said else ""


def agreement(found: Sequence[Agreed]) -> Table:
    rows = [
        (
            f"{one.api}, {one.kernel}",
            [
                f"{one.ratios:,}", "-" if one.apart is None else words.percent(one.apart), f"{len(one.opposite):,} of {one.pairs:,}",
                "-" if one.order.tau.median is None else words.fixed(one.order.tau.median, 2), _interval(one),
            ],
        )
        for one in found
    ]  # fmt: skip
    return Table("Agreement of the ratios", ["ratios", "median apart", "opposite pairs", "tau", "interval"], rows, [], first="api, kernel")


def _interval(one: Agreed) -> str:
    low, high = one.order.tau.low, one.order.tau.high
    return "-" if low is None or high is None else f"{words.fixed(low, 2)} to {words.fixed(high, 2)}"


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
    ratios = None if side.strategy == FLOOR else one.ratios(side)
    if ratios is None:
        return [*counts, "-", "-"]
    model, there = ratios
    return [*counts, f"{words.ratio(model)} / {words.ratio(there)}", words.percent(model / there - 1)]
