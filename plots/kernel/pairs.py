# SPDX-License-Identifier: MIT
"""Where model and kernel disagree, the phase that explains it, and how far their orders of strategies agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from plots.kernel.counterparts import NOT_COMPARED, stands_for
from plots.kernel.estimates import Beside, Column, Row
from plots.run.kernel import PHASES, POOL, Kernel
from plots.statistics.ranks import Agreement, agreement
from plots.statistics.verdict import FLOOR

IN_SIGN = 0.02
"""Model and kernel disagree in sign if they lie on different sides of 1, each by more than this."""

BY_MUCH = 0.25
"""They disagree by much if the larger ratio exceeds the smaller by more than this share."""


@dataclass(frozen=True)
class Phase:
    """The phase with the largest share of a difference."""

    name: str
    difference: float
    whole: float
    """Of all phases."""


@dataclass(frozen=True)
class Disagreement:
    beside: Beside
    column: Column
    strategy: str
    form: str
    model: float
    kernel: float
    phase: Phase | None
    """None: this kernel was not counted."""

    @property
    def in_sign(self) -> bool:
        low, high = sorted((self.model, self.kernel))
        return low < 1 - IN_SIGN and high > 1 + IN_SIGN

    @property
    def gap(self) -> float:
        """By what factor the larger ratio exceeds the smaller."""
        return max(self.model, self.kernel) / min(self.model, self.kernel)


def largest(by_phase: Mapping[str, float]) -> Phase:
    """Of the differences in each phase."""
    whole = sum(by_phase.values())
    name = max(by_phase, key=lambda phase: by_phase[phase] * (1 if whole >= 0 else -1))
    return Phase(name, by_phase[name], whole)


def explained(kernel: Kernel, beside: Beside, version: str, name: str) -> Phase | None:
    """The phase with the largest share of the difference between a cell and the pool, in instructions a packet."""
    counted = kernel.instructions(version, beside.algorithm, beside.bytes, beside.block.block.axes.sockets)
    form = stands_for(POOL, [cell.split("/")[1] for cell in counted if cell.startswith(f"{POOL}/")])
    own, pool = counted.get(name), counted.get(f"{POOL}/{form}")
    if own is None or pool is None:
        return None
    return largest({phase: own[phase] - pool[phase] for phase in PHASES})


def _comparisons(beside: Beside) -> list[tuple[Row, Column, float, float]]:
    return [
        (row, column, row.model.median, reading.warm.median)
        for row in beside.rows
        if row.strategy not in NOT_COMPARED and row.model.median
        for column, reading in row.readings.items()
        if reading.warm.median
    ]


def how_many(found: Sequence[Beside]) -> int:
    """Comparisons of a strategy's ratio in the model with one in the kernel."""
    return sum(len(_comparisons(beside)) for beside in found)


def disagreements(kernel: Kernel, found: Sequence[Beside]) -> list[Disagreement]:
    """All comparisons that disagree in sign or by much. Those in sign come first, then the largest gap; of equal ones the lane that
    comes first in tables."""
    all_ = [
        Disagreement(beside, column, row.strategy, row.readings[column].form, model, ratio, None)
        for beside in found
        for row, column, model, ratio in _comparisons(beside)
    ]
    wrong = [one for one in all_ if one.in_sign or one.gap > 1 + BY_MUCH]
    told = [
        replace(one, phase=explained(kernel, one.beside, one.column.kernel, f"{one.strategy}/{one.form}"))
        for one in wrong
    ]
    return sorted(told, key=lambda one: (not one.in_sign, -round(one.gap, 6)))


@dataclass(frozen=True)
class Ranks:
    """How far a column's order of strategies agrees with the model's."""

    column: Column
    all: Agreement
    by_algorithm: dict[str, Agreement]


def _orders(found: Sequence[Beside], column: Column) -> list[tuple[dict[str, float], dict[str, float]]]:
    """The model's ratios and the column's, in each algorithm and size. The pool is one of the strategies."""
    groups = []
    for beside in found:
        rows = [row for row in beside.rows if row.strategy != FLOOR and column in row.readings]
        model = {row.strategy: row.model.median for row in rows if row.model.median is not None}
        kernel = {row.strategy: middle for row in rows if (middle := row.readings[column].warm.median) is not None}
        groups.append((model, kernel))
    return groups


def ranks(found: Sequence[Beside]) -> list[Ranks]:
    """One for each column, in the order of tables."""
    columns = list(dict.fromkeys(column for beside in found for column in beside.columns))
    algorithms = list(dict.fromkeys(beside.algorithm for beside in found))
    return [
        Ranks(
            column,
            agreement(_orders(found, column)),
            {a: agreement(_orders([b for b in found if b.algorithm == a], column)) for a in algorithms},
        )
        for column in columns
    ]


