# SPDX-License-Identifier: MIT
"""What times, allocations and failures say to the claims on who should own a request, and where it may live."""

from __future__ import annotations

from plots.drawing import words
from plots.verdicts import paired
from plots.verdicts.evidence import allocations, failures, per_cpu, time, together, usual, where
from plots.verdicts.question import Beside
from plots.verdicts.results import BlockResult, Results
from plots.verdicts.words import label

_SKB = "skb_request"


def pool_never_fails(results: Results) -> str | None:
    """C1, from what was counted: allocations asked for, and failures that were injected."""
    strategies = ("percpu_pool", "per_socket_tfm", "per_request_key")
    asked, injected = allocations(results, *strategies), failures(results, *strategies)
    if injected is None:
        return asked and Beside(asked)
    return "\n".join(part for part in (asked, injected) if part)


def keys_make_it_unnecessary(results: Results) -> str | None:
    """C4."""
    return together(
        time(results, "per_request_key"),
        time(results, "per_request_key", "prepared") or "Prepared keys: not measured in this run.",
        allocations(results, "percpu_pool", "per_request_key"),
        failures(results, "percpu_pool", "per_request_key"),
    )


def ipsec_model(results: Results) -> str | None:
    """C5."""
    return together(
        time(results, "per_socket_tfm"),
        allocations(results, "percpu_pool", "per_socket_tfm"),
        failures(results, "percpu_pool", "per_socket_tfm"),
        time(results, "per_request_key") or "Per-request keys: not measured in this run.",
    )


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
        if b.counted and not b.block.axes.faults and b.block.axes.key == "raw" and (s := b.strategy(_SKB))
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
        and (percpu := per_cpu(s, block.block.axes.possible_cpus)) is not None
    ]  # fmt: skip
    if len(kept) == len(pair):
        text += f" What remains to manage: {'; '.join(kept)}."
    against = time(results, pooled)
    return f"{text} {against}" if against else text
