# SPDX-License-Identifier: MIT
"""Sentences that several answers to claims use: times, allocations and failures."""

from __future__ import annotations

from collections.abc import Callable

from plots.drawing import conditions, words
from plots.run.axes import Axes
from plots.statistics.stats import Estimate
from plots.statistics.verdict import JUDGED
from plots.verdicts.families import families
from plots.verdicts.results import BlockResult, Results, StrategyResult

_MANY = 1000
"""Sockets. The claims speak of thousands."""

_FEW = 3
"""With fewer blocks a condition has no tally."""


def usual(results: Results, key: str) -> list[BlockResult]:
    """The blocks that answer claims: nettle, warm cache, one thread, fresh heap, no faults, closed loop.

    Of the families that differ only in sockets, the one that reaches the most sockets (the matrix's first, if several do).
    If it has blocks of a thousand sockets or more, only these: one socket says nothing about what sockets share. Open-loop
    blocks would only repeat the same times. `key` is the value of the axis of that name.
    """
    wanted = [
        b for b in results.blocks
        if b.closed_loop and not b.block.axes.faults and b.block.axes.cpus == 1
        and (b.block.axes.provider, b.block.axes.cache, b.block.axes.key, b.block.axes.heap) == ("nettle", "warm", key, "fresh")
    ]  # fmt: skip
    found = families(wanted, "sockets")
    blocks = list(max(found, key=lambda f: f.blocks[-1].block.axes.sockets).blocks) if found else []
    return [b for b in blocks if b.block.axes.sockets >= _MANY] or blocks


def where(block: BlockResult) -> str:
    return ", ".join(conditions.of(block.block.axes))


def apart(one: Estimate, other: Estimate) -> bool:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.high < other.low or other.high < one.low


def _tallies(results: Results, strategy: str, key: str, counts: Callable[[StrategyResult], bool]) -> str:
    """How often each verdict was given, separately for each condition. Empty if no condition has _FEW blocks.

    Blocks of one condition differ only in what a packet is: workload, algorithm, provider, IP version, options. A sum over
    conditions would depend on which ones the matrix has.
    """
    packet = {"workload": "", "algorithm": "", "provider": "", "ip": "", "options": ""}
    found: dict[Axes, list[str]] = {}
    for b in results.blocks:
        s = b.strategy(strategy)
        if s and counts(s) and b.closed_loop and not b.evp and (b.block.axes.cpus, b.block.axes.key) == (1, key):
            found.setdefault(b.block.axes.but(**packet), []).append(s.verdict)
    said = [
        f"{', '.join(conditions.of(condition, [*packet, 'load', 'key']))}: "
        + ", ".join(f"{verdicts.count(word)} {word}" for word in JUDGED if word in verdicts)
        for condition, verdicts in sorted(found.items(), key=lambda pair: pair[0].sockets)
        if len(verdicts) >= _FEW
    ]
    if not said:
        return ""
    return f"Blocks of one condition with {key} keys, any workload and any provider except OpenSSL: {'; '.join(said)}."


def time(
    results: Results, strategy: str, key: str = "raw", counts: Callable[[StrategyResult], bool] = lambda s: True
) -> str | None:
    """A strategy's time against the baseline: with the most sockets, with fewer if their verdict differs, and a count of the
    verdicts in each condition. `counts` says whether a result is in that count."""
    cells = [(b, s) for b in usual(results, key) if (s := b.strategy(strategy))]
    if not cells or strategy == results.run.baseline:
        return None
    block, most = cells[-1]
    difference = most.sitting_difference
    apart_by = f"; {words.percent(difference, 1)} between sittings" if difference is not None else ""
    text = (
        f"{strategy} took {words.ratio(most.ratio.median)} ({words.interval(most.ratio)}{apart_by}) of {results.run.baseline}'s "
        f"time: {most.verdict} ({where(block)})."
    )
    others = [(b, s) for b, s in cells[:-1] if s.verdict != most.verdict]
    if others:
        said = "; ".join(
            f"with {words.sockets(b.block.axes.sockets)} it took {words.ratio(s.ratio.median)} ({words.interval(s.ratio)}): {s.verdict}"
            for b, s in others
        )
        text += f" But {said}."
        # Verdicts can differ although the ratios do not: only intervals that do not overlap show an effect of the sockets.
        if any(apart(s.ratio, most.ratio) for _, s in others):
            text += " The number of sockets makes a difference."
    tallies = _tallies(results, strategy, key, counts)
    return f"{text} {tallies}" if tallies else text


def allocations(results: Results, *strategies: str) -> str | None:
    """Atomic allocations per packet on the fast path."""
    for block in reversed(usual(results, "raw")):
        found = [(name, s.allocations_per_packet) for name in strategies if (s := block.strategy(name))]
        if found and all(count is not None for _, count in found):
            said = ", ".join(f"{name} {words.allocations(count)}" for name, count in found)
            return f"Atomic allocations per packet on the fast path: {said} ({where(block)})."
    return None


def failures(results: Results, *strategies: str) -> str | None:
    """Packets that these strategies dropped at the highest injected probability."""
    blocks = [b for b in results.blocks if b.block.axes.faults and b.block.axes.provider == "nettle" and b.strategies]
    if not blocks:
        return None
    block = max(blocks, key=lambda b: b.block.axes.probability)
    found = [(name, s) for name in strategies if (s := block.strategy(name)) and s.counted_packets]
    if not found:
        return None
    shares = ", ".join(f"{name} {words.percent(s.counted_drops / s.counted_packets)}" for name, s in found)
    where = ", ".join(conditions.of(block.block.axes, ["probability"]))
    return (
        f"Packets dropped when atomic allocations are made to fail with p = {block.block.axes.probability:g}: {shares} "
        f"({where}, counted). This checks the injector and that each failure is survived; how often memory fails is not in it."
    )


def together(*parts: str | None) -> str | None:
    """The parts joined; None if any is missing, since half an answer misleads."""
    known = [part for part in parts if part is not None]
    return " ".join(known) if len(known) == len(parts) else None


def per_cpu(s: StrategyResult, cpus: int) -> float | None:
    """Bytes kept on each possible CPU, in use or not."""
    m = s.memory
    if m is None or not {"percpu", "scratch"} <= set(m.open.owners):
        return None
    return (m.open.owners["percpu"].bytes + m.open.owners["scratch"].bytes) / cpus
