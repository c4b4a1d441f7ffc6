# SPDX-License-Identifier: MIT
"""Counted numbers, compared: no interval and no margin, and more is worse.

What a seed repeats is exact: all of a counted round, the counters of a round under pressure, and two counters of a round in
flight. Without the same seed only bytes and blocks with sockets that stand still are. How many packets a timed round has
depends on time. Where a number is not exact, one that was 0 must stay 0; any other is judged if it is equal or has become 0.

Not compared: bytes as the allocator rounds them, and resident memory (both depend on the holes in the heap), how much of the
machine's time something takes, and what follows from that: loads under pressure, rates and waits in flight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from plots.compare.pairs import Pair, rounds_of
from plots.run.rounds import Cell, Round, Watched
from plots.verdicts.counted import OWNERS, CountedCell, Moment

Number = int | float

NOT_COMPARED = (
    "Counted numbers are exact and have no margin. Not compared, since they are not exact: bytes as the allocator rounds them, "
    "and resident memory (they depend on the holes in the heap); loads under pressure, rates and waits in flight (they follow "
    "from measured times)."
)

_COUNTERS = ("drops", "forged_accepted", "genuine_refused", "allocation_failures")
_COUNTERS_IN_FLIGHT = ("forged_accepted", "allocation_failures")
"""In flight, what is overtaken depends on measured times, and drops and refusals on that."""


@dataclass(frozen=True)
class Count:
    """One number of a strategy in a block."""

    pair: Pair
    strategy: str
    of_pass: str
    what: str
    a: Number
    b: Number
    exact: bool

    @property
    def judged(self) -> Literal["equal", "more", "less", "not judged"]:
        if self.a == self.b:
            return "equal"
        if not self.exact and self.a and self.b:
            return "not judged"
        return "more" if self.b > self.a else "less"


def _charges(name: str, moment: Moment) -> dict[str, Number | None]:
    charges = {"total": moment.total} | {owner: moment.owners[owner] for owner in OWNERS if owner in moment.owners}
    return {f"{name}_{owner}_bytes": charge.bytes for owner, charge in charges.items()} | {
        f"{name}_{owner}_blocks": charge.blocks for owner, charge in charges.items()
    }


def _numbers(cell: CountedCell, possible_cpus: int) -> tuple[dict[str, Number | None], dict[str, Number | None]]:
    """A counted cell's numbers by name: those that depend on no packet, and the others."""
    memory = cell.memory
    percpu = memory.open.owners.get("percpu")
    still: dict[str, Number | None] = {
        "bytes_per_socket": memory.bytes_per_socket,
        "percpu_bytes_per_possible_cpu": percpu.bytes / possible_cpus if percpu else None,
    }
    for name in ("open", "half", "idle", "left"):
        moment: Moment | None = getattr(memory, name)
        still |= _charges(name, moment) if moment else {}
    return still, {"allocations_per_packet": cell.allocations_per_packet} | _charges("peak", memory.peak)


def _always(cell: CountedCell) -> dict[str, Number | None]:
    memory = cell.memory
    return {"sockets_not_opened": memory.sockets - memory.sockets_open, "skb_headroom_bytes": cell.skb_headroom_bytes}


def _counted(pair: Pair, name: str, a: CountedCell, b: CountedCell, same_seed: bool) -> Iterator[Count]:
    """Numbers that only one run has, such as the owners of a peak, which older files lack, are left out."""
    compared = [(_always(a), _always(b), True)]
    if _same_sockets(a, b):
        cpus = pair.a.block.axes.possible_cpus
        compared += zip(_numbers(a, cpus), _numbers(b, cpus), (True, same_seed))
    for numbers, others, exact in compared:
        for what, number in numbers.items():
            its = others.get(what)
            if number is not None and its is not None:
                yield Count(pair, name, "counted", what, number, its, exact)


def _same_sockets(a: Cell, b: Cell) -> bool:
    """False: bytes of other numbers of sockets, and packets that flowed in one run only, say nothing."""
    return not (isinstance(a, CountedCell) and isinstance(b, CountedCell)) or a.memory.sockets_open == b.memory.sockets_open


def _by_number(rounds: Iterable[Round[Cell]], name: str) -> dict[int, Cell]:
    found = ((r.round if isinstance(r, Watched) else 0, r.cell(name)) for r in rounds)
    return {number: cell for number, cell in found if cell is not None}


def _counters(pair: Pair, name: str, of_pass: str, same_seed: bool) -> Iterator[Count]:
    """Sums over the rounds that both have, since each has a seed of its own; of the timed pass over all rounds."""
    a, b = (_by_number(rounds_of(block.block)[of_pass], name) for block in (pair.a, pair.b))
    if of_pass != "timed":
        both = [number for number in a if number in b and _same_sockets(a[number], b[number])]
        if not both:
            return
        a, b = ({number: cells[number] for number in both} for cells in (a, b))
    for what in _COUNTERS_IN_FLIGHT if of_pass == "in_flight" else _COUNTERS:
        one, other = (sum(getattr(cell.counters, what) for cell in cells.values()) for cells in (a, b))
        yield Count(pair, name, of_pass, what, one, other, exact=same_seed and of_pass != "timed")


def _of_strategy(pair: Pair, name: str, of_pass: str, same_seed: bool) -> Iterator[Count]:
    yield from _counters(pair, name, of_pass, same_seed)
    if of_pass == "counted" and pair.a.counted and pair.b.counted:
        a, b = pair.a.counted.cell(name), pair.b.counted.cell(name)
        if a and b:
            yield from _counted(pair, name, a, b, same_seed)


def counts(pairs: Iterable[Pair], same_run_seed: bool) -> list[Count]:
    """All counted numbers of these blocks. A round's seed follows from the run's and from the block's id."""
    return [
        count
        for pair in pairs
        for of_pass in rounds_of(pair.a.block)
        for name in pair.strategies(of_pass)
        for count in _of_strategy(pair, name, of_pass, same_run_seed and pair.a.block.id == pair.b.block.id)
    ]
