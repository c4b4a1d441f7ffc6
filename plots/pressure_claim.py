# SPDX-License-Identifier: MIT
"""What memory pressure says to the claim that a pool takes allocation failure out of the fast path."""

from __future__ import annotations

from collections.abc import Iterable

from plots import words
from plots.pressure import PressureResult
from plots.pressure_words import flat, found_in, load, rate, rate_interval, telling, where
from plots.results import BlockResult, Results
from plots.verdict import FLOOR


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}"


def _refused(one: PressureResult) -> str:
    return f"{one.name} {rate(one.failure_rate.median)} ({rate_interval(one.failure_rate)})"


def _who(block: BlockResult) -> str:
    """Who was refused memory and who was not, but for the floor."""
    own = [p for p in block.pressure if p.name != FLOOR]
    never = [p for p in own if not p.operations_refused]
    ever = [p for p in own if p.operations_refused]
    said = []
    if never:
        fewest = min(p.operations for p in never)
        said.append(f"{_listed(p.name for p in never)} had no operation refused, of {fewest:,} or more")
    if ever:
        said.append(f"refused were {_listed(_refused(p) for p in ever)} of the operations")
    return "; ".join(said)


def answer(results: Results, pool: str) -> str | None:
    """What pressure says to the claim that a preallocated pool takes allocation failure out of the fast path."""
    blocks = [b for b in results.blocks if b.pressure and flat(b)]
    if not blocks:
        return None
    block = telling(blocks)
    shared = block.under_pressure(pool)
    if shared is None:
        return None
    parts = (
        _refusals(block, shared, len(blocks) > 1), _over_pages(blocks, block, pool), _everywhere(blocks, pool),
        _evp(results, pool), _price(blocks, pool), _bearable(block),
    )  # fmt: skip
    return " ".join(part for part in parts if part)


def _refusals(block: BlockResult, shared: PressureResult, one_of_several: bool) -> str:
    """Who was refused memory, who never was, and what the pool lost all the same."""
    ever = [p for p in block.pressure if p.operations_refused]
    chosen = "; chosen, since there strategies differ most" if one_of_several else ""
    text = f"Under memory pressure ({where(block.block.axes)}; {words.plural(shared.rounds, 'round')}{chosen}), {_who(block)}."
    marginal = [p for p in ever if p.marginal_drops]
    if marginal:
        said = (f"{p.name} {p.marginal_drops:,} of {p.skb_refused + p.marginal_drops:,}" for p in marginal)
        text += f" Received packets that were lost though their skb was granted, of all lost: {_listed(said)}."
    elif ever:
        text += " No received packet was lost whose skb had been granted: where memory failed, the skb failed first."
    unsent = [f"{p.name} {p.tx_refused:,} of {p.tx_packets:,}" for p in ever if p.tx_refused]
    if unsent:
        text += f" Packets that were not sent: {_listed(unsent)}."
    if not shared.drops:
        return f"{text} {shared.name} lost no packet."
    of_them = "all" if shared.skb_refused == shared.drops else f"{shared.skb_refused:,}"
    return f"{text} {shared.name} lost {shared.drops:,} packets all the same, {of_them} of them for want of an skb."


def _over_pages(blocks: list[BlockResult], told: BlockResult, pool: str) -> str | None:
    """Over the blocks that differ from the one told of in pages alone: how far refusals go, and who bears more than the
    pool in spite of them."""
    alike = sorted(
        (b for b in blocks if b.block.axes.but(pages=0) == told.block.axes.but(pages=0)), key=lambda b: b.block.axes.pages
    )
    names = [p.name for p in told.pressure if any((q := b.under_pressure(p.name)) and q.operations_refused for b in alike)]
    if len(alike) < 2 or not names:
        return None
    sizes = f"{' / '.join(f'{b.block.axes.pages:,}' for b in alike)} pages"
    rates = [
        f"{name} {' / '.join(rate(p.failure_rate.median if (p := b.under_pressure(name)) else None) for b in alike)}"
        for name in names
        if name != pool
    ]
    if not rates:
        return None
    text = f"Refused from the smallest zone to the largest ({sizes}): {_listed(rates)}."
    more = []
    for b in alike:
        most = shared.half_percent_loss_pps.median if (shared := b.under_pressure(pool)) else None
        above = [
            f"{p.name} {load(p.half_percent_loss_pps, None)}"
            for p in b.pressure
            if p.name not in (FLOOR, pool) and p.operations_refused and (p.half_percent_loss_pps.median or 0) > (most or 0)
        ]
        if above:
            pools = "none" if most is None else f"{most / 1e6:.2f}"
            more.append(f"with {b.block.axes.pages:,} pages {_listed(above)} ({pool} {pools})")
    if not more:
        return f"{text} None that was refused bears more load (0.5 % lost) than {pool}."
    return (
        f"{text} The time for a packet can outweigh refusals; more load than {pool} (0.5 % lost, million packets a second) "
        f"was borne by some: {'; '.join(more)}."
    )


def _everywhere(blocks: list[BlockResult], pool: str) -> str:
    """How often the pool lost an operation at all, and the accepts that it lost: those allocate, whoever owns requests."""
    everywhere = [p for b in blocks if (p := b.under_pressure(pool))]
    refused = sum(p.rounds_refused for p in everywhere)
    rounds = sum(p.rounds for p in everywhere)
    text = (
        f"Over all {words.plural(len(everywhere), 'block')} under pressure, {pool} had an operation refused in {refused} of "
        f"{words.plural(rounds, 'round')}."
    )
    failed = sum(p.accept_failures for p in everywhere)
    if not failed:
        return text
    asked = sum(p.accepts for p in everywhere)
    return f"{text} An accept allocates for the new socket all the same: with churn {failed:,} of its {asked:,} accepts failed."


def _evp(results: Results, pool: str) -> str | None:
    """The same where the provider allocates inside, so that no strategy is free of allocations."""
    blocks = [b for b in results.blocks if not flat(b) and b.under_pressure(pool)]
    if not blocks:
        return None
    block = telling(blocks)
    pages = words.plural(block.block.axes.pages, "page")
    return f"With OpenSSL's EVP, which allocates inside whoever owns the request (zone of {pages}), {_who(block)}."


def _price(blocks: list[BlockResult], pool: str) -> str:
    """What losing no operation takes in memory, beside what those take that lose some."""
    block = telling(blocks)
    own = sorted((p for p in block.pressure if p.name != FLOOR), key=lambda p: p.pages_open)
    groups = (("that lost no operation", [p for p in own if not p.operations_refused]),
              ("that lost some", [p for p in own if p.operations_refused]))  # fmt: skip
    said = [f"{label}: {_listed(f'{p.name} {p.pages_open:,.0f}' for p in members)}" for label, members in groups if members]
    text = (
        f"Pages of 4 KiB held with {words.sockets(block.block.axes.sockets)} open on "
        f"{words.plural(block.block.axes.possible_cpus, 'possible CPU')}, by strategies {'; '.join(said)}."
    )
    alike = block.block.axes.but(pages=0, possible_cpus=0)
    held = {
        b.block.axes.possible_cpus: p.pages_open
        for b in blocks
        if b.block.axes.but(pages=0, possible_cpus=0) == alike and (p := b.under_pressure(pool))
    }
    more = [f"{pages:,.0f} on {cpus:,}" for cpus, pages in sorted(held.items()) if cpus != block.block.axes.possible_cpus]
    return f"{text} {pool} holds {_listed(more)}." if more else text


def _bearable(block: BlockResult) -> str:
    """The highest loads."""
    if all(p.half_percent_loss_pps.median is None for p in block.pressure):
        return "For no strategy a load at which it lost no more than 0.5 % was found in more than half of the rounds."
    said = [
        f"{p.name} {load(p.lossless_pps, p.lossless_share)}, {found_in(p.lossless_rounds, p)} / "
        f"{load(p.half_percent_loss_pps, p.half_percent_loss_share)}, {found_in(p.half_percent_loss_rounds, p)}"
        for p in block.pressure
        if p.name != FLOOR
    ]
    return (
        f"The highest load with no loss / with 0.5 %, in million packets a second (share of what the strategy can do at "
        f"all; in how many rounds it was found), for a ring of {block.block.axes.ring:,} slots: {'; '.join(said)}."
    )
