# SPDX-License-Identifier: MIT
"""Answers from times, allocations and failures to the claims on who should own a request, and where it can live."""

from __future__ import annotations

from plots.drawing import words
from plots.verdicts import paired
from plots.verdicts.evidence import allocations, failures, per_cpu, time, together, usual, where
from plots.verdicts.question import Beside
from plots.verdicts.results import BlockResult, Results, StrategyResult
from plots.verdicts.words import label

_SKB = "skb_request"


def pool_never_fails(results: Results) -> str | None:
    """C1, from counted rounds: allocations requested, and drops under injected failures."""
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
        _setting_the_key(results),
    )


def _setting_the_key(results: Results) -> str:
    """What a key that is set for every packet costs of a packet with the pool, from two strategies that differ in that only."""
    raw, prepared, pool = "onstack", "onstack_prepared", results.run.baseline
    blocks = [b for b in usual(results, "raw") if all(b.strategy(name) for name in (raw, prepared, pool))]
    if not blocks:
        return "What it costs to set the key for every packet: not measured in this run."
    block = blocks[-1]
    share = paired.part(block.block, raw, prepared, pool)
    return (
        f"Setting the key for every packet, as the pool must, costs {words.ratio(share.median)} ({words.interval(share)}, not corrected) "
        f"of {pool}'s packet: {raw} minus {prepared} ({where(block)})."
    )


def _grouped(blocks: list[BlockResult], said: list[str]) -> str:
    """0.50 with tcp_ao/bgp_update; 0 with esp/mtu, ah/mtu"""
    groups: dict[str, list[str]] = {}
    for block, text in zip(blocks, said):
        groups.setdefault(text, []).append(label(block, blocks, "workload"))
    return "; ".join(f"{text} with {', '.join(dict.fromkeys(names))}" for text, names in groups.items())


def _fits(s: StrategyResult) -> bool:
    """Whether the request lies in the skb's headroom. Else the strategy allocates it, as others do."""
    return s.skb_headroom_bytes != 0


def in_the_skb(results: Results) -> str | None:
    """C6: the time, the allocations that remain, and the headroom in every skb."""
    cost = time(results, _SKB, counts=_fits)
    if cost is None:
        return None
    found = [
        (b, s) for b in results.blocks
        if b.counted and not b.block.axes.faults and b.block.axes.key == "raw" and (s := b.strategy(_SKB))
    ]  # fmt: skip
    blocks = [b for b, _ in found]
    text = cost
    if found:
        text += f" Remaining atomic allocations per packet: {_grouped(blocks, [words.allocations(s.allocations_per_packet) for _, s in found])}."
    rooms = [(b, s.skb_headroom_bytes) for b, s in found if s.skb_headroom_bytes is not None]
    if not rooms:
        return f"{text} The headroom that it takes is not measured in this run."
    room = _grouped([b for b, _ in rooms], [f"{bytes_:,} B" if bytes_ else "none (it does not fit)" for _, bytes_ in rooms])
    left_out = [label(b, blocks, "workload") for b, s in found if not _fits(s)]
    if left_out:
        text += f" Not counted, since the request does not fit: {', '.join(dict.fromkeys(left_out))}."
    return f"{text} The price of {_SKB} is headroom in front of every skb, whether or not its packet is hashed: {room}."


def keys_in_the_pool(results: Results) -> str | None:
    """C10: a request in the pool against an allocated request, both with their keys; and what remains to manage."""
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
        f"Atomic allocations per packet: {counts}."
    )
    kept = [
        f"{s.name} {words.size(shared.bytes)} shared by all, {words.size(percpu)} per CPU, {words.size(s.memory.bytes_per_socket)} per socket"
        for s in pair
        if s.memory and (shared := s.memory.open.owners.get("shared"))
        and (percpu := per_cpu(s, block.block.axes.possible_cpus)) is not None
    ]  # fmt: skip
    if len(kept) == len(pair):
        text += f" What remains to manage: {'; '.join(kept)}."
    against = time(results, pooled)
    return f"{text} {against}" if against else text
