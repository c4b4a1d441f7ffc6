# SPDX-License-Identifier: MIT
"""Instructions a packet of model and kernel, counted by the same means: phase by phase, and how far their ratios agree.

A ratio is of the operation, from start to end: what lies in no phase is the kernel module's loop, and in the model also finding the packet's
parts. Strategies are compared in pairs, the pool among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import attrgetter

from plots.kernel.counterparts import COUNTERPARTS, FLAT, PROVIDERS, api_of, apis_beside, has_packets, payload, stands_for
from plots.kernel.pairs import IN_SIGN, Phase, largest
from plots.run.kernel import POOL, WARM, Kernel, KernelRound, age, algorithm_order, factor, in_kernel
from plots.statistics.ranks import Agreement, agreement
from plots.statistics.stats import median
from plots.statistics.verdict import FLOOR

APART = 1.25
"""Sizes that differ by a larger factor are not compared: the shares of the phases would differ."""

_HARNESS = "other"

_NOT_THE_MODELS = ("shash",)
"""Forms that no strategy of the model has: what stands for them elsewhere calls a library, which has no shash."""

ByPhase = dict[str, float]


def operation(by_phase: ByPhase) -> float:
    """Instructions from start to end."""
    return sum(count for phase, count in by_phase.items() if phase != _HARNESS)


@dataclass(frozen=True)
class Sides:
    """A strategy in both."""

    strategy: str
    form: str
    """In the kernel."""
    model: ByPhase
    kernel: ByPhase


@dataclass(frozen=True)
class Counted:
    """A block of the model, and what the kernel has of it."""

    api: str
    kernel: str
    algorithm: str
    """Its name in the kernel."""
    bytes: int
    """Of the kernel's packets."""
    block: KernelRound
    sides: tuple[Sides, ...]

    @property
    def model_bytes(self) -> int:
        return self.block.cells[0].bytes

    @property
    def pool(self) -> Sides | None:
        return next((side for side in self.sides if side.strategy == POOL), None)

    def gap(self, one: Sides) -> Gap | None:
        """None: the pool is not there."""
        return Gap(self, one, self.pool) if self.pool else None


@dataclass(frozen=True)
class Gap:
    """A strategy's ratio to the pool in the model, and the one in the kernel."""

    counted: Counted
    of: Sides
    pool: Sides

    @property
    def model(self) -> float:
        return _ratio(self.of.model, self.pool.model)

    @property
    def kernel(self) -> float:
        return _ratio(self.of.kernel, self.pool.kernel)

    @property
    def apart(self) -> float:
        """How far the model's ratio is from the kernel's, as a share of that."""
        return self.model / self.kernel - 1

    @property
    def width(self) -> float:
        """By what factor the larger ratio exceeds the smaller."""
        return max(self.model, self.kernel) / min(self.model, self.kernel)

    @property
    def what(self) -> tuple[str, int, str]:
        """The same in every api and kernel."""
        return self.counted.algorithm, self.counted.bytes, self.of.strategy

    @property
    def phase(self) -> Phase:
        """The phase with the largest share of the difference of the ratios: each phase counts as a share of its pool's operation."""
        there, here = operation(self.pool.kernel), operation(self.pool.model)
        return largest(
            {
                phase: (self.of.model[phase] - self.pool.model[phase]) / here - (self.of.kernel[phase] - self.pool.kernel[phase]) / there
                for phase in self.of.model
                if phase != _HARNESS
            }
        )


@dataclass(frozen=True)
class Opposite:
    """A pair of strategies of which the model says that one costs more, and the kernel the other."""

    counted: Counted
    one: str
    other: str
    model: float
    kernel: float


@dataclass(frozen=True)
class Agreed:
    """How far the ratios of an api of the model agree with those of a kernel."""

    api: str
    kernel: str
    counted: tuple[Counted, ...]
    gaps: tuple[Gap, ...]
    """Of all strategies, algorithms and sizes."""
    pairs: int
    opposite: tuple[Opposite, ...]
    order: Agreement

    @property
    def apart(self) -> float | None:
        """The median of how far the model's ratio is from the kernel's, on either side. None: there is no ratio."""
        return _apart(self.gaps)

    @property
    def widest(self) -> Gap | None:
        return max(self.gaps, key=attrgetter("width"), default=None)


def _apart(gaps: Iterable[Gap]) -> float | None:
    return median([abs(gap.apart) for gap in gaps])


def _ratio(one: ByPhase, other: ByPhase) -> float:
    return operation(one) / operation(other)


def _comparable(block: KernelRound) -> bool:
    axes = block.axes
    return axes is not None and axes.provider in PROVIDERS and axes.allocator == "glibc" and axes.key == "raw" and has_packets(axes)


def _sides(kernel: Kernel, version: str, algorithm: str, bytes_: int, block: KernelRound) -> tuple[Sides, ...]:
    sockets = block.cells[0].sockets
    there = kernel.instructions(version, algorithm, bytes_, sockets)
    model = {cell.strategy: cell.by_phase() for cell in block.cells if cell.cache == WARM}
    found = []
    for strategy in (one.strategy for one in COUNTERPARTS):
        form = stands_for(strategy, [name.split("/")[1] for name in there if name.startswith(f"{strategy}/")])
        if form is not None and form not in _NOT_THE_MODELS and strategy in model:
            found.append(Sides(strategy, form, model[strategy], there[f"{strategy}/{form}"]))
    return tuple(found)


def _apis(kernel: Kernel, algorithm: str, version: str, there: set[str]) -> set[str]:
    """Those of the model's that stand beside this kernel: flat, and the one nearest to the kernel's own."""
    lane = kernel.lane("counted")
    own = api_of(lane.of(version, algorithm) if lane else ())
    return {FLAT, *[api for api in apis_beside(own) if api in there][:1]}


def counted(kernel: Kernel | None) -> list[Counted]:
    """By api, kernel, algorithm and size. Of several blocks that are as near in size, the one with the usual axes' shortest name."""
    lane = kernel.lane("counted") if kernel else None
    if kernel is None or kernel.model is None or lane is None:
        return []
    found: dict[tuple[str, tuple[int, ...], int, int], Counted] = {}
    comparable = sorted(filter(_comparable, kernel.model.rounds), key=lambda one: len(one.path.name))
    there: dict[str | None, set[str]] = {}
    for block in comparable:
        there.setdefault(in_kernel(block.axes.algorithm) if block.axes else None, set()).add(block.cells[0].form)
    for block in comparable:
        assert block.axes is not None
        algorithm, api = in_kernel(block.axes.algorithm), block.cells[0].form
        size = payload(block.axes)
        for one in lane.kernels:
            sizes = {cell.bytes for r in lane.of(one.kernel, algorithm or "") for cell in r.cells}
            near = min(sizes, key=lambda bytes_: factor(bytes_, size or 0), default=None)
            if algorithm is None or near is None or factor(near, size or 0) > APART:
                continue
            if api not in _apis(kernel, algorithm, one.kernel, there[algorithm]):
                continue
            sides = _sides(kernel, one.kernel, algorithm, near, block)
            if sides:
                at = (api, age(one.kernel), algorithm_order(algorithm), near)
                found.setdefault(at, Counted(api, one.kernel, algorithm, near, block, sides))
    return [found[at] for at in sorted(found)]


def _opposite(one: Counted) -> tuple[int, list[Opposite]]:
    """How many pairs of strategies there are, and those that have opposite signs in model and kernel."""
    strategies = [side for side in one.sides if side.strategy != FLOOR]
    pairs = list(combinations(strategies, 2))
    wrong = []
    for a, b in pairs:
        model, there = _ratio(a.model, b.model), _ratio(a.kernel, b.kernel)
        low, high = sorted((model, there))
        if low < 1 - IN_SIGN and high > 1 + IN_SIGN:
            wrong.append(Opposite(one, a.strategy, b.strategy, model, there))
    return len(pairs), wrong


def _order(one: Counted) -> tuple[dict[str, float], dict[str, float]]:
    sides = [side for side in one.sides if side.strategy != FLOOR]
    return {side.strategy: operation(side.model) for side in sides}, {side.strategy: operation(side.kernel) for side in sides}


def agreed(kernel: Kernel | None) -> list[Agreed]:
    """One for each api and kernel."""
    groups: dict[tuple[str, str], list[Counted]] = {}
    for one in counted(kernel):
        groups.setdefault((one.api, one.kernel), []).append(one)
    found = []
    for (api, version), same in groups.items():
        gaps = [gap for one in same for side in one.sides if side.strategy not in (POOL, FLOOR) and (gap := one.gap(side))]
        pairs = [_opposite(one) for one in same]
        found.append(
            Agreed(
                api,
                version,
                tuple(same),
                tuple(gaps),
                sum(number for number, _ in pairs),
                tuple(wrong for _, some in pairs for wrong in some),
                agreement([_order(one) for one in same]),
            )
        )
    return found


def nearest(found: Sequence[Agreed]) -> list[Agreed]:
    """For each kernel the api whose ratios are nearest to it, by the median over what all its apis have. The oldest kernel first.
    A kernel whose apis have no ratio in common is not among them."""
    by_kernel: dict[str, list[Agreed]] = {}
    for one in found:
        if one.gaps:
            by_kernel.setdefault(one.kernel, []).append(one)
    return [near for version in sorted(by_kernel, key=age) if (near := _nearest(by_kernel[version]))]


def _nearest(same: Sequence[Agreed]) -> Agreed | None:
    shared = set.intersection(*({gap.what for gap in one.gaps} for one in same))
    far = [(apart, i) for i, one in enumerate(same) if (apart := _apart(gap for gap in one.gaps if gap.what in shared)) is not None]
    return same[min(far)[1]] if far else None
