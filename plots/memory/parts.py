# SPDX-License-Identifier: MIT
"""What counted memory says of the claims, block by block. Bytes are counted exactly: a number has no interval."""

from __future__ import annotations

from collections.abc import Sequence

from plots.drawing import words
from plots.statistics.stats import Estimate
from plots.verdicts.counted import Memory
from plots.verdicts.families import from_eight
from plots.verdicts.parts import NOT_FASTER, Part, Said, Stand, keyless, leading, time_part
from plots.verdicts.results import BlockResult, Results

_POOL, _OWN = "percpu_pool", "per_socket_tfm"

_THOUSAND = 1000
"""Sockets. The claim speaks of thousands."""

_MODERN = "acomp(deflate)"
"""A request for each packet, its output in pages."""


def exact(value: float | None) -> Estimate:
    return Estimate(value, value, value)


def _memory(block: BlockResult, name: str) -> Memory | None:
    found = block.strategy(name)
    return found.memory if found else None


def _counted(results: Results) -> list[BlockResult]:
    """Flat providers, raw keys, a fresh heap, no churn and no faults; those nearest to eight possible CPUs first."""
    found = [
        b for b in results.blocks
        if b.counted and not b.evp and not b.large_table and not b.block.axes.faults
        and (b.block.axes.key, b.block.axes.heap, b.block.axes.churn_percent, b.block.axes.api) == ("raw", "fresh", 0, "flat")
    ]  # fmt: skip
    return sorted(found, key=lambda b: from_eight(b.block.axes))


def _more_in_total(results: Results) -> Part:
    """C2: whether all sockets together take more without the pool. Bytes depend on neither cache nor load, so a block counts once."""
    pairs: dict[object, tuple[BlockResult, Memory, Memory]] = {}
    for b in _counted(results):
        axes = b.block.axes
        pool, own = _memory(b, _POOL), _memory(b, _OWN)
        if not pool or not own or keyless(b) or axes.sockets < _THOUSAND or (axes.algorithms, axes.scratch) != (1, "own"):
            continue
        if pool.bytes_per_socket is not None and own.bytes_per_socket is not None:
            pairs.setdefault(axes.but(cache="", load="", allocator="", page_size="", choice="", flow_run=1, tx="", cpus=1), (b, pool, own))
    order = leading(b for b, _, _ in pairs.values())
    found = sorted(pairs.values(), key=lambda pair: (from_eight(pair[0].block.axes) > 0, order.index(pair[0])))

    def saved(pool: Memory, own: Memory) -> float:
        return (own.bytes_per_socket or 0) - (pool.bytes_per_socket or 0)

    lead = brief = sentence = ""
    if found:
        _, pool, own = found[0]
        more = words.per_socket(saved(pool, own))
        lead = f"{_OWN} takes {more} B a socket more than {_POOL}"
        brief = f"{_OWN} {more} B a socket more"
        sentence = f"A transform per socket takes {more} B a socket more"
    return Part(
        name="bytes a socket",
        lead=lead,
        brief=brief,
        yes="more",
        no="not more",
        missing="bytes of sockets that share a key",
        said=tuple(
            Said(results.run.name, b, "for" if own.open.bytes > pool.open.bytes else "against", exact(saved(pool, own)))
            for b, pool, own in found
        ),
        along="sockets",
        sentence=sentence,
        place=2,
    )


def sharing_transforms(results: Results) -> Sequence[Part]:
    """C2: bytes, and whether they cost no time."""
    time = time_part(results, _OWN, NOT_FASTER, "free", "not free", counts=lambda b, s: not keyless(b) and b.block.axes.sockets >= _THOUSAND)
    return [_more_in_total(results), time]


def sharing_scratch(results: Results) -> Sequence[Part]:
    """C3: the pool's buffer beside one for each user."""
    found = []
    for b in _counted(results):
        users, pool = b.block.axes.scratch.split("+"), _memory(b, _POOL)
        if len(users) > 1 and pool and "scratch" in pool.open.owners and not pool.open_error:
            cpus = b.block.axes.possible_cpus
            found.append((b, sum(map(int, users)), pool.open.owners["scratch"].bytes / cpus))
    lead = brief = ""
    if found:
        block, apart, held = found[0]
        brief = f"{held:,.0f} B a CPU in place of {apart:,} B"
        lead = f"one buffer for {len(block.block.axes.scratch.split('+'))} users takes {held:,.0f} B on each CPU, a buffer for each {apart:,} B"
    said = [Said(results.run.name, b, "for" if held < apart else "against", exact(apart - held)) for b, apart, held in found]
    return [
        Part(
            name="bytes of scratch a CPU",
            lead=lead,
            brief=brief,
            yes="less",
            no="not less",
            missing="several users of scratch",
            said=tuple(said),
        )
    ]


def modern_compression(results: Results) -> Sequence[Part]:
    """C7: what the modern interface keeps on each CPU without a pool, as scratch and as streams."""
    found = []
    for b in _counted(results):
        own = _memory(b, _OWN)
        if b.block.axes.algorithm == _MODERN and own and {"scratch", "percpu"} <= set(own.open.owners):
            cpus = b.block.axes.possible_cpus
            found.append((b, own.open.owners["scratch"].bytes / cpus, own.open.owners["percpu"].bytes / cpus))

    def part(name: str, what: str, column: int) -> Part:
        values = [(found_[0], (found_[1], found_[2])[column]) for found_ in found]
        return Part(
            name=name,
            lead=f"{_MODERN} keeps {words.size(values[0][1])} of {what} on each CPU" if values else "",
            brief=f"{words.size(values[0][1])} of {what} a CPU" if values else "",
            yes="none needed",
            no="needed",
            missing=_MODERN,
            said=tuple(Said(results.run.name, b, "against" if value else "for", exact(value)) for b, value in values),
        )

    return [part("scratch a CPU", "scratch", 0), part("streams a CPU", "streams", 1)]


def table_of_algorithms(results: Results) -> Sequence[Part]:
    """C8: along the number of algorithms."""
    found = [(b, pool) for b in _counted(results) if b.block.axes.algorithms > 1 and (pool := _memory(b, _POOL))]
    found.sort(key=lambda pair: -pair[0].block.axes.algorithms)
    full = [(b, pool) for b, pool in found if pool.open_error]
    first = [min(full, key=lambda pair: pair[0].block.axes.algorithms)] if full else found[:1]
    found = first + [pair for pair in found if pair not in first]

    def stand(pool: Memory) -> Stand:
        return "against" if pool.open_error else "for"

    lead = brief = sentence = ""
    if full:
        block, pool = first[0]
        lead = f"of {block.block.axes.algorithms:,} algorithms {_POOL}'s table opens {pool.sockets_open:,}"
        brief = f"the table opens {pool.sockets_open:,}"
        sentence = f"The pool's table of algorithms is full with {pool.sockets_open:,}"
    elif found:
        brief = f"the table opens all of {found[0][0].block.axes.algorithms:,}"
        lead = f"{_POOL}'s table opens all of {found[0][0].block.axes.algorithms:,} algorithms"
    return [
        Part(
            name="algorithms that the table holds",
            lead=lead,
            brief=brief,
            yes="opened",
            no="refused",
            missing="several algorithms in parallel",
            said=tuple(Said(results.run.name, b, stand(pool), exact(float(pool.sockets_open if pool.open_error else b.block.axes.algorithms))) for b, pool in found),
            along="algorithms",
            unit="algorithms",
            sentence=sentence,
            place=4,
        )
    ]
