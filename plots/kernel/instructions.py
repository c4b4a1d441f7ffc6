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

from plots.kernel.counterparts import COUNTERPARTS, FLAT, PROVIDERS, api_of, has_packets, payload, stand_in, stands_for
from plots.kernel.pairs import IN_SIGN, Phase, largest
from plots.run.kernel import POOL, WARM, Kernel, KernelRound, Lane, age, algorithm_order, factor, in_kernel
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
    if axes is None or axes.provider not in PROVIDERS or not has_packets(axes):
        return False
    return (axes.allocator, axes.key, axes.spectre_v2) == ("glibc", "raw", "off")


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


def _near(lane: Lane, version: str, blocks: Sequence[KernelRound]) -> dict[tuple[str, int], dict[str, KernelRound]]:
    """By the kernel's algorithm and size, the blocks to which that size is the nearest, by api: the first of each."""
    found: dict[tuple[str, int], dict[str, KernelRound]] = {}
    for block in blocks:
        assert block.axes is not None
        algorithm, size = in_kernel(block.axes.algorithm) or "", payload(block.axes) or 0
        sizes = {cell.bytes for one in lane.of(version, algorithm) for cell in one.cells}
        near = min(sizes, key=lambda bytes_: factor(bytes_, size), default=None)
        if near is not None and factor(near, size) <= APART:
            found.setdefault((algorithm, near), {}).setdefault(block.cells[0].form, block)
    return found


def counted(kernel: Kernel | None) -> list[Counted]:
    """By api, kernel, algorithm and size: flat, and the api that stands for the kernel's own. Of several blocks that are as near in size, the
    one with the usual axes' shortest name."""
    lane = kernel.lane("counted") if kernel else None
    if kernel is None or kernel.model is None or lane is None:
        return []
    found: dict[tuple[str, tuple[int, ...], int, int], Counted] = {}
    blocks = sorted(filter(_comparable, kernel.model.rounds), key=lambda one: len(one.path.name))
    for version in (one.kernel for one in lane.kernels):
        for (algorithm, bytes_), by_api in _near(lane, version, blocks).items():
            own = stand_in(api_of(lane.of(version, algorithm)), by_api)
            for api in by_api.keys() & {FLAT, own}:
                sides = _sides(kernel, version, algorithm, bytes_, by_api[api])
                if sides:
                    at = (api, age(version), algorithm_order(algorithm), bytes_)
                    found[at] = Counted(api, version, algorithm, bytes_, by_api[api], sides)
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
