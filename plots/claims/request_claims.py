# SPDX-License-Identifier: MIT
"""Answers to the claims on where a request and its memory live: the skb, a compression interface, a pool with keys."""

from __future__ import annotations

from plots.drawing import words
from plots.verdicts import paired
from plots.consumers.estimates import label
from plots.verdicts.evidence import time, usual, where
from plots.run.model import Memory
from plots.verdicts.results import BlockResult, Results, StrategyResult

_SKB = "skb_request"


def _grouped(blocks: list[BlockResult], said: list[str]) -> str:
    """0.50 with tcp_ao/bgp_update; 0 with esp/mtu, ah/mtu"""
    groups: dict[str, list[str]] = {}
    for block, text in zip(blocks, said):
        groups.setdefault(text, []).append(label(block, blocks, "workload"))
    return "; ".join(f"{text} with {', '.join(dict.fromkeys(names))}" for text, names in groups.items())


def in_the_skb(results: Results) -> str | None:
    """C6: the time, the allocations that are left, and the room that every skb gives."""
    cost = time(results, _SKB)
    if cost is None:
        return None
    found = [
        (b, s) for b in results.blocks
        if b.block.counted and not b.block.axes.faults and b.block.axes.key == "raw" and (s := b.strategy(_SKB))
    ]  # fmt: skip
    blocks = [b for b, _ in found]
    text = cost
    if found:
        text += f" Atomic allocations a packet that are left: {_grouped(blocks, [words.allocations(s.allocations_per_packet) for _, s in found])}."
    if any(b.block.axes.protocol.startswith("tcp_") and s.allocations_per_packet for b, s in found):
        text += (
            " Half of the packets here are sent; of TCP these are clones, whose headroom is shared with the original, and need one "
            "allocation each. Received packets need none."
        )
    rooms = [(b, s.skb_headroom_bytes) for b, s in found if s.skb_headroom_bytes is not None]
    if not rooms:
        return f"{text} The headroom that it takes is not measured in this run."
    room = _grouped([b for b, _ in rooms], [f"{bytes_:,} B" if bytes_ else "none (it does not fit)" for _, bytes_ in rooms])
    return f"{text} Its price is headroom in front of every skb, whether its packet is hashed or not: {room}."


_VARIANTS = (
    ("deflate", "scratch of 65,400 bytes"),
    ("acomp_scomp(deflate)", "acomp as of 2023"),
    ("acomp(deflate)", "a request for each packet, its output in pages"),
)


def _per_cpu(s: StrategyResult, cpus: int) -> float | None:
    """Bytes that are kept on a CPU, in use or not."""
    m: Memory | None = s.memory
    if m is None or not {"percpu", "scratch"} <= set(m.open.owners):
        return None
    return (m.open.owners["percpu"].bytes + m.open.owners["scratch"].bytes) / cpus


def _lost(results: Results, algorithm: str, name: str) -> str:
    """Drops where allocations were made to fail."""
    found = [
        (b, s) for b in results.blocks
        if b.block.axes.protocol == "ipcomp" and b.block.axes.algorithm == algorithm and b.block.axes.faults
        and (s := b.strategy(name)) and s.counted_packets
    ]  # fmt: skip
    if not found:
        return "failures not measured"
    block, s = max(found, key=lambda pair: pair[0].block.axes.probability)
    return f"{words.percent(s.counted_drops / s.counted_packets)} dropped at p = {block.block.axes.probability:g}"


def compression(results: Results) -> str | None:
    """C7: what each interface keeps on a CPU and what it loses where allocations fail; a pool, and a transform of one's own."""
    said = []
    for algorithm, what in _VARIANTS:
        blocks = [
            b for b in results.blocks
            if b.block.axes.protocol == "ipcomp" and b.block.axes.algorithm == algorithm and b.block.counted and not b.block.axes.faults
        ]  # fmt: skip
        if not blocks:
            continue
        block = blocks[0]
        each = []
        for name in ("percpu_pool", "per_socket_tfm"):
            s = block.strategy(name)
            kept = _per_cpu(s, block.block.axes.possible_cpus) if s else None
            if s is None or kept is None:
                continue
            timed = name != results.run.baseline and s.ratio.median is not None
            took = f", {words.ratio(s.ratio.median)} ({words.interval(s.ratio)}) of {results.run.baseline}'s time, {s.verdict}" if timed else ""
            each.append(
                f"{name} {words.size(kept)} a CPU, atomic allocations a packet {words.allocations(s.allocations_per_packet)}{took}, "
                f"{_lost(results, algorithm, name)}"
            )
        if each:
            said.append(f"{algorithm} ({what}): {'; '.join(each)}")
    if not said:
        return None
    missing = [algorithm for algorithm, _ in _VARIANTS if not any(text.startswith(f"{algorithm} (") for text in said)]
    tail = f" Not measured in this run: {', '.join(missing)}." if missing else ""
    late = (
        " Of acomp(deflate) the kernel adds a CPU's stream when that CPU first compresses; here every possible CPU has its own from the "
        "start, idle or not, so that what an idle CPU keeps there is an upper bound."
        if "acomp(deflate)" not in missing
        else ""
    )
    return f"Kept on every possible CPU in IPComp: {'. '.join(said)}.{late}{tail}"


def keys_in_the_pool(results: Results) -> str | None:
    """C10: the request in the pool against the request that is allocated, both with their keys; and what remains to manage."""
    pooled, own = "percpu_request_key", "per_request_key"
    blocks = [b for b in usual(results, "raw") if b.strategy(pooled) and b.strategy(own)]
    if not blocks:
        return None
    block = blocks[-1]
    found = paired.ratio(block.block, pooled, own)
    pair = [s for name in (pooled, own) if (s := block.strategy(name))]
    counts = ", ".join(f"{s.name} {words.allocations(s.allocations_per_packet)}" for s in pair)
    text = (
        f"{pooled} took {words.ratio(found.median)} ({words.interval(found)}, not corrected) of {own}'s time ({where(block)}). "
        f"Atomic allocations a packet: {counts}."
    )
    kept = [
        f"{s.name} {words.size(shared.bytes)} that all share, {words.size(percpu)} a CPU, {words.size(s.memory.bytes_per_socket)} a socket"
        for s in pair
        if s.memory and (shared := s.memory.open.owners.get("shared"))
        and (percpu := _per_cpu(s, block.block.axes.possible_cpus)) is not None
    ]  # fmt: skip
    if len(kept) == len(pair):
        text += f" What remains to manage: {'; '.join(kept)}."
    against = time(results, pooled)
    return f"{text} {against}" if against else text
