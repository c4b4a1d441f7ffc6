# SPDX-License-Identifier: MIT
"""Answers from counted memory to the claims on sharing transforms, sharing scratch, and a table of algorithms."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.memory.estimates import Crossover, of
from plots.run.axes import Axes
from plots.verdicts.counted import Memory
from plots.verdicts.evidence import time
from plots.verdicts.families import from_eight, memory_families
from plots.verdicts.results import BlockResult, Results

_MANY_CPUS = 512
"""Possible CPUs of a large machine. The answer gives the size of a full table on it."""


def _quiet(axes: Axes) -> bool:
    """Whether a block can answer claims: a flat provider, raw keys, a fresh heap, no churn."""
    return (axes.provider, axes.key, axes.heap, axes.churn_percent) == ("nettle", "raw", "fresh", 0)


def _where(block: BlockResult, *without: str) -> str:
    return ", ".join(conditions.counted(block.block.axes, without))


def _memory(block: BlockResult, name: str) -> Memory | None:
    found = block.strategy(name)
    return found.memory if found else None


def _counted(results: Results) -> list[BlockResult]:
    """The blocks that can answer claims; those nearest to eight possible CPUs come first."""
    found = [b for b in results.blocks if b.counted and not b.block.axes.faults and _quiet(b.block.axes)]
    return sorted(found, key=lambda b: from_eight(b.block.axes))


def _many(results: Results, *strategies: str) -> BlockResult | None:
    """The block with the most sockets that has all these strategies (in the first family that reaches as many), with one
    algorithm and the protocol's own scratch."""
    usual = [b for b in _counted(results) if (b.block.axes.algorithms, b.block.axes.scratch) == (1, "own")]
    whole = [
        b for b in usual
        if all((m := _memory(b, name)) is not None and m.bytes_per_socket is not None for name in strategies)
    ]  # fmt: skip
    found = memory_families(whole, "sockets")
    return max(found, key=lambda f: f.blocks[-1].block.axes.sockets).blocks[-1] if found else None


def _sharing(results: Results, one: str, other: str) -> str | None:
    """Bytes per socket and in all, for the strategy that shares and the one that does not."""
    block = _many(results, one, other)
    if block is None:
        return None
    pair = [(name, m) for name in (one, other) if (m := _memory(block, name))]
    said = "; ".join(
        f"{name} {words.per_socket(m.bytes_per_socket)} B per socket, {words.size(m.open.bytes)} in all" for name, m in pair
    )
    slopes = [m.bytes_per_socket or 0.0 for _, m in pair]
    rounded = [words.per_socket(m.rounded_bytes_per_socket) for _, m in pair if m.rounded_bytes_per_socket is not None]
    made = f"; {block.block.axes.allocator} rounds these to {' and '.join(rounded)} B per socket" if len(rounded) == 2 else ""
    return (
        f"Live bytes as requested, exact: {said}. So {one} saves {words.per_socket(slopes[1] - slopes[0])} B per socket "
        f"({_where(block)}{made}). These are this library's states in userspace, not the kernel's transforms."
    )


def _bracket(found: Crossover) -> str | None:
    """The sockets of the nearest measurements: 10 and 100. None if a side has no measurement."""
    return f"{found.below.sockets:,} and {found.above.sockets:,}" if found.below and found.above else None


def _from(crossings: list[Crossover]) -> str:
    """22 sockets (8 possible CPUs; between 10 and 50 measured), 94 (64; 50 and 100) and 675 (512; 500 and 1,000)"""
    first, *rest = crossings
    bracket = _bracket(first)
    said = [
        f"{words.sockets(first.sockets)} ({words.plural(first.cpus, 'possible CPU')}"
        f"{f'; between {bracket} measured' if bracket else ''})"
    ]
    for c in rest:
        bracket = _bracket(c)
        said.append(f"{c.sockets:,} ({c.cpus:,}{f'; {bracket}' if bracket else ''})")
    return said[0] if not rest else f"{', '.join(said[:-1])} and {said[-1]}"


def _crossing(results: Results, a: str, b: str) -> str | None:
    """From how many sockets on `a` takes more than `b`, and how sure that is."""
    fits = [fit for name in (a, b) if (fit := of(results).fit(name))]
    if len(fits) < 2:
        return None
    found = [c for c in of(results).crossovers if (c.a, c.b, c.shared) == (a, b, fits[0].shared)]
    if not found:
        return None
    residual = max(fit.max_residual_percent for fit in fits)
    fitted = f"fits with a residual of at most {words.bound(residual)}" if residual else "exact fits"
    held = sum(c.holds is True for c in found)
    denied = sum(c.holds is False for c in found)
    checked = f"{held} of {len(found)} confirmed by a measurement on each side"
    return (
        f"{a} takes more than {b} from {_from(found)} on, and not more below ({fitted}; "
        f"{checked}{f', {denied} contradicted' if denied else ''})."
    )


def _million(results: Results, *strategies: str) -> str | None:
    """What the largest blocks took. No fit used them."""
    found = [p for p in of(results).predictions if p.strategy in strategies and _quiet(p.shared)]
    if not found:
        return None
    cpus = min(p.cpus for p in found)
    first = [p for p in found if p.cpus == cpus and p.shared == found[0].shared]
    said = " and ".join(f"{words.size(p.measured_bytes)} with {p.strategy}" for p in first)
    worst = max(p.off_percent for p in found)
    off = f"off by at most {words.bound(worst)}" if worst else "exact"
    return (
        f"{words.sockets(first[0].sockets)} took {said} on {words.plural(cpus, 'possible CPU')}. The fits did not use such blocks; "
        f"their predictions are {off}."
    )


def _scratch(results: Results, pool: str, other: str) -> str | None:
    """What one buffer for all users saves, and what is still held after the largest user closed."""
    for block in _counted(results):
        users = block.block.axes.scratch.split("+")
        shared, own = _memory(block, pool), _memory(block, other)
        if len(users) < 2 or shared is None or shared.left is None:
            continue
        sizes = sorted(int(user) for user in users)
        cpus = block.block.axes.possible_cpus
        held = shared.open.owners["scratch"].bytes
        apart = sum(sizes) * cpus
        kept = shared.left.owners["scratch"].bytes
        text = (
            f"{len(sizes)} users ask for {conditions.scratch(block.block.axes.scratch)}. {pool} holds {words.size(held)} of scratch on "
            f"{words.plural(cpus, 'possible CPU')}, {held // cpus:,} B on each; a buffer for each user would be {sum(sizes):,} B. Sharing "
            f"saves {(apart - held) // cpus:,} B on each CPU, {words.percent((apart - held) / apart, 1)}: the users' sum minus the largest. "
            f"After the sockets of the largest user closed, {kept // cpus:,} B were still held on each CPU, although the remaining users "
            f"ask for at most {sizes[-2]:,} B ({_where(block, 'scratch')})."
        )
        if own is not None and not own.open_error and own.peak.owners:
            text += (
                f" {other} holds no scratch between packets. A packet of the largest user takes {own.peak.owners['request'].bytes:,} B "
                "while in flight, allocated atomically."
            )
        return text
    return None


def _table(results: Results, pool: str, *others: str) -> str | None:
    """How many algorithms the pool's table holds, and what they take."""
    blocks = [b for b in _counted(results) if b.block.axes.algorithms > 1 and _memory(b, pool)]
    full = [b for b in blocks if (m := _memory(b, pool)) and m.open_error]
    whole = [b for b in blocks if (m := _memory(b, pool)) and not m.open_error]
    if not full:
        return None
    least = min(full, key=lambda b: b.block.axes.algorithms)
    refused = _memory(least, pool)
    if refused is None:
        return None
    text = (
        f"With {least.block.axes.algorithms:,} algorithms in parallel {pool} opened one socket for each of {refused.sockets_open:,} "
        f"algorithms. The first socket of the next algorithm was refused ({refused.open_error}); after a refusal the harness opens no more"
    )
    opened = [name for name in others if (m := _memory(least, name)) and not m.open_error]
    text += f"; {' and '.join(opened)} opened all {refused.sockets:,}" if opened else ""
    if whole:
        most = max(whole, key=lambda b: b.block.axes.algorithms)
        at = [(name, m) for name in (pool, *others) if (m := _memory(most, name)) and not m.open_error]
        said = ", ".join(f"{name} {words.size(m.open.bytes)}" for name, m in at)
        text += f". With {most.block.axes.algorithms:,} algorithms all sockets opened; live bytes: {said}"
    text += f" ({_where(least, 'algorithms')}). The table has a fixed size, so it is enough up to that number and no further."
    fit = of(results).fit(pool)
    if fit and fit.algorithms_varied:
        measured = f" Several algorithms were measured on up to {words.plural(fit.algorithm_cpus, 'CPU')}." if fit.algorithm_cpus < _MANY_CPUS else ""
        text += (
            f" An algorithm takes {words.per_socket(fit.cpu_algorithm)} B on every possible CPU and {words.per_socket(fit.algorithm)} B once. "
            f"By the fit, the full table takes {words.size(fit.of(0, _MANY_CPUS, refused.sockets_open))} on {_MANY_CPUS:,} CPUs.{measured}"
        )
    return text


def sharing_transforms(results: Results) -> str | None:
    """C2: what sharing saves, from how many sockets on, and what it costs in time."""
    saved = _sharing(results, "percpu_pool", "per_socket_tfm")
    if saved is None:
        return None
    others = [_crossing(results, other, "percpu_pool") for other in ("per_socket_tfm", "per_request_key")]
    many = _million(results, "percpu_pool", "per_socket_tfm")
    took = time(results, "per_socket_tfm") or "What sharing costs in time is not measured in this run."
    return "\n".join(part for part in (saved, *others, many, took) if part)


def sharing_scratch(results: Results) -> str | None:
    """C3."""
    return _scratch(results, "percpu_pool", "per_socket_tfm")


def table_of_algorithms(results: Results) -> str | None:
    """C8."""
    return _table(results, "percpu_pool", "per_socket_tfm", "per_request_key")
