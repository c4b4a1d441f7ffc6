# SPDX-License-Identifier: MIT
"""What answers to claims are made of: times, allocations and failures where the claims are about them."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.statistics.stats import Estimate
from plots.statistics.verdict import JUDGED
from plots.verdicts.families import families
from plots.verdicts.results import BlockResult, Results, StrategyResult

_MANY = 1000
"""Sockets; the claims speak of thousands."""


def usual(results: Results, key: str) -> list[BlockResult]:
    """What the claims are answered from: the matrix's first family of nettle blocks, warm, one thread, on a fresh heap, without faults.

    Closed loop (an open-loop block holds the same times again). If the family has blocks of a thousand sockets or more,
    only these: one socket says nothing about what sockets share. `key` is that axis's value.
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


def time(results: Results, strategy: str, key: str = "raw") -> str | None:
    """One strategy against the baseline with the most sockets, where fewer say otherwise, and how often each word was said."""
    cells = [(b, s) for b in usual(results, key) if (s := b.strategy(strategy))]
    if not cells or strategy == results.run.baseline:
        return None
    block, most = cells[-1]
    text = (
        f"{strategy} took {words.ratio(most.ratio.median)} ({words.interval(most.ratio)}) of {results.run.baseline}'s "
        f"time: {most.verdict} ({where(block)})."
    )
    others = [(b, s) for b, s in cells[:-1] if s.verdict != most.verdict]
    if others:
        said = "; ".join(
            f"{words.ratio(s.ratio.median)} ({words.interval(s.ratio)}), {s.verdict}, with {words.sockets(b.block.axes.sockets)}"
            for b, s in others
        )
        text += f" But {said}"
        # Words may differ where the measured ratios do not: only intervals apart from each other show an effect.
        differ = any(apart(s.ratio, most.ratio) for _, s in others)
        text += ": the number of sockets decides." if differ else "."
    alike = [b for b in results.blocks if b.closed_loop and not b.evp and (b.block.axes.cpus, b.block.axes.key) == (1, key)]
    said_by_all = [s.verdict for b in alike if (s := b.strategy(strategy))]
    listed = ", ".join(f"{said_by_all.count(word)} {word}" for word in JUDGED if word in said_by_all)
    blocks = words.over_all(len(said_by_all), "closed-loop block").capitalize()
    return f"{text} {blocks} of one thread with {key} keys and any provider but OpenSSL: {listed}."


def allocations(results: Results, *strategies: str) -> str | None:
    """Fast-path allocations a packet."""
    for block in reversed(usual(results, "raw")):
        found = [(name, s.allocations_per_packet) for name in strategies if (s := block.strategy(name))]
        if found and all(count is not None for _, count in found):
            said = ", ".join(f"{name} {words.allocations(count)}" for name, count in found)
            return f"Atomic allocations a packet on the fast path: {said} ({where(block)})."
    return None


def failures(results: Results, *strategies: str) -> str | None:
    """Drops of these strategies at the highest injected probability."""
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
        f"With failures injected into atomic allocations, p = {block.block.axes.probability:g}, packets dropped: {shares} "
        f"({where}, counted)."
    )


def together(*parts: str | None) -> str | None:
    """The parts together; None if any is missing, since half an answer misleads."""
    known = [part for part in parts if part is not None]
    return " ".join(known) if len(known) == len(parts) else None


def per_cpu(s: StrategyResult, cpus: int) -> float | None:
    """Bytes that are kept on a CPU, in use or not."""
    m = s.memory
    if m is None or not {"percpu", "scratch"} <= set(m.open.owners):
        return None
    return (m.open.owners["percpu"].bytes + m.open.owners["scratch"].bytes) / cpus
