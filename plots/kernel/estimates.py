# SPDX-License-Identifier: MIT
"""Each strategy's ratio to the pool in the model and in every lane of the kernel, by algorithm and size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plots.kernel.counterparts import COUNTERPARTS, NEAR, PROVIDERS, api_of, has_packets, payload, stand_in, stands_for
from plots.run.kernel import COLD, POOL, WARM, Kernel, KernelCell, Lane, algorithm_order, factor, in_kernel
from plots.statistics.stats import Estimate, median, paired_ratio
from plots.verdicts import paired
from plots.verdicts.results import BlockResult, Results

COMPARED = ("counted", "native", "host")
"""The lanes that have strategies, in the order of columns."""

USUAL_SOCKETS = 1000


@dataclass(frozen=True, order=True)
class Column:
    """A kernel in a lane."""

    lane: str
    kernel: str


@dataclass(frozen=True)
class Reading:
    """A strategy's ratio to the pool in one column."""

    form: str
    warm: Estimate
    """The median over boots and their range. Counted: of instructions."""
    cold: Estimate
    """As warm. Empty: the lane has none."""
    boots: int


@dataclass(frozen=True)
class Row:
    strategy: str
    model: Estimate
    cold: Estimate
    """Of the model. Empty: the run has no such block."""
    readings: dict[Column, Reading]


@dataclass(frozen=True)
class Beside:
    """The kernel's packets of one algorithm and size, in the kernels that a block is nearest to, beside that block."""

    algorithm: str
    """Its name in the kernel."""
    bytes: int
    block: BlockResult
    cold: BlockResult | None
    """The same with cache = cold; without such a block, with the most polluted cache."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    pool: dict[Column, float]
    """What a packet costs with the pool and a warm cache: instructions, or ns."""
    sockets: tuple[int, ...]
    """Of the kernel's cells: the numbers nearest to the block's."""

    @property
    def payload(self) -> int:
        """The block's bytes of data."""
        return payload(self.block.block.axes) or 0

    @property
    def cold_word(self) -> str:
        """What its cold block's cache is. Empty: there is no such block."""
        return self.cold.block.axes.cache.partition(":")[0] if self.cold else ""


@dataclass(frozen=True)
class Missing:
    """An algorithm or size of the kernel that no block of this run is near to."""

    algorithm: str
    bytes: int | None
    """None: the algorithm in any size."""


def _suits(block: BlockResult) -> bool:
    told = any(map(block.told_with, ("flat", "ahash", "ahash_library")))
    return told and block.block.axes.provider in PROVIDERS and has_packets(block.block.axes) and block.strategy(POOL) is not None


def _of_model(block: BlockResult | None, strategy: str, baseline: str) -> Estimate:
    found = block.strategy(strategy) if block else None
    if block is None or found is None:
        return Estimate()
    return found.ratio if baseline == POOL else paired.ratio(block.block, strategy, POOL)


def _coldness(block: BlockResult) -> tuple[bool, int]:
    """Flushed sockets before any pollution, then by the KiB that are written."""
    cache = block.block.axes.cache
    return cache == COLD, int(cache.partition(":")[2] or 0)


def _cold(results: Results, warm: BlockResult) -> BlockResult | None:
    axes = warm.block.axes
    found = [b for b in results.blocks if b.closed_loop and b.block.axes.cache != WARM and b.block.axes.but(cache=axes.cache) == axes]
    return max(found, key=_coldness) if found else None


def ratio(cell: KernelCell, pool: KernelCell) -> float | None:
    """Of instructions if they were counted, else of times, turn against turn."""
    return cell.per_packet() / pool.per_packet() if cell.phases and pool.phases else paired_ratio(cell.turn_ns, pool.turn_ns)


def own_cost(cell: KernelCell) -> float | None:
    """Instructions or ns a packet."""
    middle = median(cell.turn_ns)
    return cell.per_packet() if cell.phases else middle and middle / cell.packets


def _over_boots(values: Sequence[float | None]) -> Estimate:
    known = [value for value in values if value is not None]
    return Estimate(median(known), min(known), max(known)) if known else Estimate()


class _Column:
    """The rounds of a kernel in a lane with one algorithm and size."""

    def __init__(self, lane: Lane, kernel: str, algorithm: str, bytes_: int, sockets: int) -> None:
        self._of = {cache: lane.cells(kernel, algorithm, bytes_, sockets, cache) for cache in (WARM, COLD)}
        self._forms: dict[str, set[str]] = {}
        for cell in (cell for cells in self._of[WARM] for cell in cells.values()):
            self._forms.setdefault(cell.strategy, set()).add(cell.form)
        self._pool = f"{POOL}/{stands_for(POOL, self._forms.get(POOL, ()))}"

    @property
    def sockets(self) -> set[int]:
        return {cell.sockets for cells in self._of[WARM] for cell in cells.values()}

    def _each(self, cache: str, name: str, of: Callable[[KernelCell, KernelCell], float | None]) -> Estimate:
        pairs = [(cells[name], cells[self._pool]) for cells in self._of[cache] if name in cells and self._pool in cells]
        return _over_boots([of(*pair) for pair in pairs])

    def reading(self, strategy: str) -> Reading | None:
        form = stands_for(strategy, self._forms.get(strategy, ()))
        name = f"{strategy}/{form}"
        warm = self._each(WARM, name, ratio)
        if form is None or warm.median is None:
            return None
        return Reading(form, warm, self._each(COLD, name, ratio), sum(name in cells for cells in self._of[WARM]))

    def pool(self) -> float | None:
        return self._each(WARM, self._pool, lambda cell, _: own_cost(cell)).median


def _columns(kernel: Kernel) -> list[tuple[Lane, str]]:
    return [(lane, measured.kernel) for name in COMPARED if (lane := kernel.lane(name)) for measured in lane.kernels]


def _beside(results: Results, columns: Sequence[tuple[Lane, str]], algorithm: str, bytes_: int, block: BlockResult) -> Beside:
    sockets = block.block.axes.sockets
    found = {Column(lane.name, version): _Column(lane, version, algorithm, bytes_, sockets) for lane, version in columns}
    pools = {at: cost for at, column in found.items() if (cost := column.pool()) is not None}
    cold = _cold(results, block)
    rows = [
        Row(
            one.strategy,
            _of_model(block, one.strategy, results.run.baseline),
            _of_model(cold, one.strategy, results.run.baseline),
            {at: reading for at, column in found.items() if at in pools and (reading := column.reading(one.strategy))},
        )
        for one in COUNTERPARTS
    ]
    near = sorted({number for column in found.values() for number in column.sockets})
    return Beside(algorithm, bytes_, block, cold, tuple(pools), tuple(row for row in rows if row.readings), pools, tuple(near))


def _measured(kernel: Kernel) -> dict[str, list[int]]:
    """By algorithm, the sizes that any lane has."""
    found: dict[str, set[int]] = {}
    for lane in kernel.lanes:
        for one in lane.rounds:
            for cell in one.cells:
                found.setdefault(one.algorithm, set()).add(cell.bytes)
    return {algorithm: sorted(sizes) for algorithm, sizes in found.items()}


def _nearest(blocks: Sequence[BlockResult], bytes_: int, own: str) -> BlockResult | None:
    """Of the blocks that are near in size and have the api that stands for the kernel's own: the nearest in size, then in sockets. None if
    there is none."""

    def far(block: BlockResult) -> tuple[float, float, int]:
        axes = block.block.axes
        return _far(block, bytes_), factor(axes.sockets, USUAL_SOCKETS), PROVIDERS.index(axes.provider)

    near = [block for block in blocks if _far(block, bytes_) <= NEAR]
    api = stand_in(own, {block.block.axes.api for block in near})
    return min([block for block in near if block.block.axes.api == api], key=far) if api else None


def _far(block: BlockResult, bytes_: int) -> float:
    return factor(payload(block.block.axes) or 0, bytes_)


def compared(results: Results) -> tuple[list[Beside], list[Missing]]:
    """(What both have, algorithm by algorithm, the smallest packets first, kernels of different APIs apart; what only the kernel has.)"""
    found: list[Beside] = []
    missing: list[Missing] = []
    if results.run.kernel is None:
        return found, missing
    columns = _columns(results.run.kernel)
    suiting = [b for b in results.blocks if _suits(b)]
    for algorithm, sizes in sorted(_measured(results.run.kernel).items(), key=lambda pair: algorithm_order(pair[0])):
        blocks = [b for b in suiting if in_kernel(b.block.axes.algorithm) == algorithm]
        if not blocks:
            missing.append(Missing(algorithm, None))
            continue
        for size in sizes:
            by_block: dict[str, tuple[BlockResult, list[tuple[Lane, str]]]] = {}
            for lane, version in columns:
                block = _nearest(blocks, size, api_of(lane.of(version, algorithm)))
                if block is not None:
                    by_block.setdefault(block.block.id, (block, []))[1].append((lane, version))
            if not by_block:
                missing.append(Missing(algorithm, size))
            found += [_beside(results, own, algorithm, size, block) for block, own in by_block.values()]
    return [one for one in found if one.rows], missing
