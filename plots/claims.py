# SPDX-License-Identifier: MIT
"""The claims of the thread, by name, and what a run has to say to each; what it does not measure is said too.

Only flat providers count here: OpenSSL's EVP has no request apart from its transform and allocates inside, so its cells
show what a deployment pays and are no evidence for who should own the state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plots import memory_words, pressure_claim, words
from plots.families import families
from plots.results import BlockResult, Results
from plots.stats import Estimate
from plots.verdict import JUDGED


@dataclass(frozen=True)
class Claim:
    id: str
    says: str
    by: str


_MANY = 1000
"""Sockets; the claims speak of thousands."""


def _usual(results: Results, key: str) -> list[BlockResult]:
    """What the claims are answered from: the matrix's first family of nettle blocks, warm, on a fresh heap, without faults.

    Closed loop (an open-loop block holds the same times again). If the family has blocks of a thousand sockets or more,
    only these: one socket says nothing about what sockets share. `key` is that axis's value.
    """
    wanted = [
        b for b in results.blocks
        if b.closed_loop and not b.block.axes.faults
        and (b.block.axes.provider, b.block.axes.cache, b.block.axes.key, b.block.axes.heap) == ("nettle", "warm", key, "fresh")
    ]  # fmt: skip
    found = families(wanted, "sockets")
    blocks = list(max(found, key=lambda f: f.blocks[-1].block.axes.sockets).blocks) if found else []
    return [b for b in blocks if b.block.axes.sockets >= _MANY] or blocks


def _where(block: BlockResult) -> str:
    return ", ".join(words.conditions(block.block.axes))


def _apart(one: Estimate, other: Estimate) -> bool:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.high < other.low or other.high < one.low


def _time(results: Results, strategy: str, key: str = "raw") -> str | None:
    """One strategy against the baseline with the most sockets, where fewer say otherwise, and how often each word was said."""
    cells = [(b, s) for b in _usual(results, key) if (s := b.strategy(strategy))]
    if not cells or strategy == results.run.baseline:
        return None
    block, most = cells[-1]
    text = (
        f"{strategy} took {words.ratio(most.ratio.median)} ({words.interval(most.ratio)}) of {results.run.baseline}'s "
        f"time: {most.verdict} ({_where(block)})."
    )
    others = [(b, s) for b, s in cells[:-1] if s.verdict != most.verdict]
    if others:
        said = "; ".join(
            f"{words.ratio(s.ratio.median)} ({words.interval(s.ratio)}), {s.verdict}, with {words.sockets(b.block.axes.sockets)}"
            for b, s in others
        )
        text += f" But {said}"
        # Words may differ where the measured ratios do not: only intervals apart from each other show an effect.
        apart = any(_apart(s.ratio, most.ratio) for _, s in others)
        text += ": the number of sockets decides, most likely by what the cache still holds of their state." if apart else "."
    flat = [b for b in results.blocks if b.closed_loop and b.block.axes.provider != "openssl" and b.block.axes.key == key]
    said_by_all = [s.verdict for b in flat if (s := b.strategy(strategy))]
    listed = ", ".join(f"{said_by_all.count(word)} {word}" for word in JUDGED if word in said_by_all)
    return f"{text} Over all {words.plural(len(said_by_all), 'closed-loop block')} with flat providers and {key} keys: {listed}."


def _allocations(results: Results, *strategies: str) -> str | None:
    """Fast-path allocations a packet."""
    for block in reversed(_usual(results, "raw")):
        found = [(name, s.allocations_per_packet) for name in strategies if (s := block.strategy(name))]
        if found and all(count is not None for _, count in found):
            said = ", ".join(f"{name} {words.allocations(count)}" for name, count in found)
            return f"Atomic allocations a packet on the fast path: {said} ({_where(block)})."
    return None


def _failures(results: Results, *strategies: str) -> str | None:
    """Drops of these strategies at the highest injected probability."""
    blocks = [b for b in results.blocks if b.block.axes.faults and b.block.axes.provider == "nettle" and b.strategies]
    if not blocks:
        return None
    block = max(blocks, key=lambda b: b.block.axes.probability)
    found = [(name, s) for name in strategies if (s := block.strategy(name)) and s.counted_packets]
    if not found:
        return None
    shares = ", ".join(f"{name} {words.percent(s.counted_drops / s.counted_packets)}" for name, s in found)
    where = ", ".join(words.conditions(block.block.axes, ["probability"]))
    return (
        f"With failures injected into atomic allocations, p = {block.block.axes.probability:g}, packets dropped: {shares} "
        f"({where}, counted)."
    )


def _all(*parts: str | None) -> str | None:
    """The parts together; None if any is missing, since half an answer misleads."""
    known = [part for part in parts if part is not None]
    return " ".join(known) if len(known) == len(parts) else None


def _pool(results: Results) -> str | None:
    """C1, from whatever the run has of it: allocations asked for, failures injected, failures that arise under pressure."""
    strategies = ("percpu_pool", "per_socket_tfm", "per_request_key")
    injected = _failures(results, *strategies)
    pressed = pressure_claim.answer(results, "percpu_pool")
    if not injected and not pressed:
        return None
    asked = _allocations(results, *strategies)
    missing = None if pressed else "How often a machine under pressure refuses such an allocation is not measured here."
    return " ".join(part for part in (asked, injected, pressed, missing) if part)


def _sharing(results: Results) -> str | None:
    """C2: what sharing saves, from how many sockets on, and what it costs in time."""
    saved = memory_words.sharing(results, "percpu_pool", "per_socket_tfm")
    if saved is None:
        return None
    others = [memory_words.crossing(results, other, "percpu_pool") for other in ("per_socket_tfm", "per_request_key")]
    many = memory_words.million(results, "percpu_pool", "per_socket_tfm")
    time = _time(results, "per_socket_tfm") or "What it costs in time is not measured in this run."
    return " ".join(part for part in (saved, *others, many, time) if part)


_ANSWERS: list[tuple[Claim, Callable[[Results], str | None]]] = [
    (
        Claim("C1", "A preallocated pool takes allocation failure out of the fast path.", "implied by the patch"),
        _pool,
    ),
    (
        Claim("C2", "Sharing transforms saves memory “for free” when thousands of sockets hold keys.", "Safonov"),
        _sharing,
    ),
    (
        Claim("C3", "A shared scratch buffer saves memory.", "Safonov"),
        lambda r: memory_words.scratch(r, "percpu_pool", "per_socket_tfm"),
    ),
    (
        Claim("C4", "With per-request keys, an atomic allocation when the hash is computed makes the pool unnecessary.", "Xu"),
        lambda r: _all(
            _time(r, "per_request_key"),
            _time(r, "per_request_key", "prepared") or "Prepared keys: not measured in this run.",
            _failures(r, "percpu_pool", "per_request_key"),
        ),
    ),
    (
        Claim("C5", "Transform on the control path, request on the fast path is the right model.", "Xu"),
        lambda r: _all(
            _time(r, "per_socket_tfm"),
            _failures(r, "percpu_pool", "per_socket_tfm"),
        ),
    ),
    (
        Claim("C6", "The request can live in memory that is there already, such as the skb.", "Xu"),
        lambda r: _time(r, "skb_request"),
    ),
    (Claim("C7", "A modern compression interface needs no per-CPU scratch pools.", "Xu"), lambda r: None),
    (
        Claim("C8", "A fixed-size table of algorithms used in parallel is enough.", "implied by the patch"),
        lambda r: memory_words.table(r, "percpu_pool", "per_socket_tfm", "per_request_key"),
    ),
    (
        Claim("C9", "One request per CPU is enough, since bottom halves are disabled.", "implied by the patch"),
        lambda r: None,
    ),
    (
        Claim("C10", "Per-request keys still leave buffers and transforms to manage, and gain from the pool.", "Safonov"),
        lambda r: _all(_time(r, "percpu_request_key"), _time(r, "per_request_key")),
    ),
    (Claim("C11", "AH, ESP and mac80211 would benefit from the pool; “definitely not”.", "Safonov; Xu"), lambda r: None),
    (Claim("C12", "One manager replaces several custom ones.", "Safonov"), lambda r: None),
]


def answers(results: Results) -> tuple[list[tuple[Claim, str]], list[Claim]]:
    """The claims that this run has an answer to, and those that it does not measure."""
    found = [(claim, answer(results)) for claim, answer in _ANSWERS]
    return [(claim, text) for claim, text in found if text], [claim for claim, text in found if not text]
