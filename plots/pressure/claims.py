# SPDX-License-Identifier: MIT
"""Answer from memory pressure to the claim that a pool takes allocation failure out of the fast path."""

from __future__ import annotations

from collections.abc import Callable

from plots.drawing import words
from plots.drawing.words import listed
from plots.pressure.estimates import PressureResult, named, of, rounds_of
from plots.pressure.pairs import load_pairs
from plots.pressure.words import found_in, load, paired, rate, rate_interval, telling, where
from plots.statistics.verdict import FLOOR
from plots.verdicts.question import Beside
from plots.verdicts.results import BlockResult, Results


def _own(block: BlockResult, refused: bool) -> list[PressureResult]:
    """The strategies except the floor that had an operation refused, or that had none refused."""
    return [p for p in of(block) if p.name != FLOOR and (p.operations_refused > 0) == refused]


def _who(block: BlockResult, say: Callable[[PressureResult], str]) -> str:
    """Which strategies were refused memory and which were not."""
    said = []
    if never := _own(block, refused=False):
        fewest = min(p.operations for p in never)
        said.append(f"{listed(p.name for p in never)} had no operation refused, of at least {fewest:,} each")
    if ever := _own(block, refused=True):
        said.append(f"share of operations refused: {listed(f'{p.name} {say(p)}' for p in ever)}")
    return "; ".join(said)


def answer(results: Results, pool: str) -> str | None:
    """The paragraphs of the answer, or None."""
    blocks = [b for b in results.blocks if of(b) and not b.evp]
    if not blocks:
        return None
    block = telling(blocks)
    shared = named(block, pool)
    if shared is None:
        return None
    parts = (
        _refusals(block, shared, len(blocks) > 1), _in_the_skb(block, shared), _everywhere(blocks, pool), _evp(results, pool), _over_pages(blocks, block, pool),
        _price(blocks, block, shared),
    )  # fmt: skip
    return "\n".join(part for part in parts if part)


def _refusals(block: BlockResult, shared: PressureResult, one_of_several: bool) -> str:
    """Which strategies were refused memory, which never were, and what the pool still lost."""
    chosen = "; chosen because strategies differ most there" if one_of_several else ""
    who = _who(block, lambda p: f"{rate(p.failure_rate.median)} ({rate_interval(p.failure_rate)})")
    text = f"Under memory pressure ({where(block.block.axes)}; {words.plural(shared.rounds, 'round')}{chosen}), {who}."
    if not shared.drops:
        return f"{text} {shared.name} lost no packet."
    of_them = "all" if shared.skb_refused == shared.drops else f"{shared.skb_refused:,}"
    text += f" {shared.name} still lost {shared.drops:,} packets, {of_them} of them for lack of an skb."
    marginal = max(_own(block, refused=True), key=lambda p: p.marginal_share or 0, default=None)
    if marginal is None:
        return text
    if not marginal.marginal_share:
        return f"{text} Every received packet that was lost had been refused its skb: no operation was refused after its skb was granted."
    share = words.percent(marginal.marginal_share, 1)
    text += f" Of the received packets that were lost, at most {share} had been granted their skb ({marginal.name})."
    most = max(_own(block, refused=True), key=lambda p: p.operation_share or 0)
    return (
        f"{text} Packets to send need no skb here, so of all packets that were lost, sent ones too, up to "
        f"{words.percent(most.operation_share or 0, 0)} were lost to a refused operation ({most.name})."
    )


def _in_the_skb(block: BlockResult, shared: PressureResult) -> str:
    """What a request in the skb costs: larger skbs are refused more often."""
    said = [
        f"{p.name} makes every received skb larger by {p.skb_headroom_bytes:,} B. It lost {p.drops:,} packets in all, {p.skb_refused:,} of "
        f"them for lack of an skb; {shared.name} lost {shared.drops:,}."
        for p in of(block)
        if p.skb_headroom_bytes
    ]
    return " ".join(said)


def _everywhere(blocks: list[BlockResult], pool: str) -> str:
    """In how many rounds the pool lost an operation, and its accepts that failed: with every strategy an accept allocates."""
    everywhere = [p for b in blocks if (p := named(b, pool))]
    refused = sum(p.rounds_refused for p in everywhere)
    rounds = sum(p.rounds for p in everywhere)
    text = (
        f"{words.over_all(len(everywhere), 'block').capitalize()} under pressure, {pool} had an operation refused in {refused} of "
        f"{words.plural(rounds, 'round')}."
    )
    failed = sum(p.accept_failures for p in everywhere)
    if not failed:
        return text
    asked = sum(p.accepts for p in everywhere)
    return f"{text} An accept still allocates for the new socket: with churn, {failed:,} of its {asked:,} accepts failed."


def _evp(results: Results, pool: str) -> str | None:
    """The same with a provider that allocates inside, so that no strategy is free of allocations."""
    blocks = [b for b in results.blocks if b.evp and named(b, pool)]
    if not blocks:
        return None
    who = _who(telling(blocks), lambda p: rate(p.failure_rate.median))
    return f"With OpenSSL's EVP (it allocates inside): {who}."


def _over_pages(blocks: list[BlockResult], told: BlockResult, pool: str) -> str | None:
    """The blocks that differ from `told` only in pages: the highest refusal rates, and which strategies bear more load than
    the pool despite refusals."""
    alike = sorted(
        (b for b in blocks if b.block.axes.but(pages=0) == told.block.axes.but(pages=0)), key=lambda b: b.block.axes.pages
    )
    names = dict.fromkeys(p.name for b in alike for p in _own(b, refused=True) if p.name != pool)
    if len(alike) < 2 or not names:
        return None
    rates = {name: [p.failure_rate.median if (p := named(b, name)) else None for b in alike] for name in names}
    most = max(rates, key=lambda name: max(r or 0 for r in rates[name]))
    text = (
        f"{most} was refused most: with {' / '.join(f'{b.block.axes.pages:,}' for b in alike)} pages, "
        f"{' / '.join(map(rate, rates[most]))} of its operations."
    )
    surely = {name: [rounds_of(b) for b in alike if (p := named(b, name)) and (p.failure_rate.low or 0) > 0] for name in names}
    pairs = load_pairs({name: rounds for name, rounds in surely.items() if rounds}, pool)
    if not any(p.less == pool and p.over_all.more for p in pairs):
        return f"{text} No strategy that was surely refused operations (interval above 0) bears more load (0.5 % lost) than {pool}."
    return (
        f"{text} A shorter time for a packet can outweigh refusals. By load with 0.5 % lost, paired by round, each strategy in the zones "
        f"where it was surely refused operations (interval above 0), from few pages to many: {paired(pairs, 'bore more')}."
    )


def _price(blocks: list[BlockResult], block: BlockResult, shared: PressureResult) -> str:
    """The memory that the pool holds and the load that it bears, beside the other strategies."""
    axes = block.block.axes
    groups = [
        (label, [p for p in _own(block, refused) if p is not shared])
        for label, refused in (("lost no operation", False), ("lost some", True))
    ]
    held = "".join(f"; others that {label} hold {words.span((p.pages_open for p in members), 0)}" for label, members in groups if members)
    text = (
        f"With {words.sockets(axes.sockets)} open on {words.plural(axes.possible_cpus, 'possible CPU')} {shared.name} holds "
        f"{shared.pages_open:,.0f} pages of 4 KiB{held}."
    )
    alike = axes.but(pages=0, possible_cpus=0)
    elsewhere = {
        b.block.axes.possible_cpus: p.pages_open
        for b in blocks
        if b.block.axes.but(pages=0, possible_cpus=0) == alike and (p := named(b, shared.name))
    }
    more = [f"{pages:,.0f} on {cpus:,}" for cpus, pages in sorted(elsewhere.items()) if cpus != axes.possible_cpus]
    text += f" {shared.name} holds {listed(more)}." if more else ""
    if all(p.half_percent_loss_pps.median is None for p in of(block)):
        return f"{text} No strategy found a load with at most 0.5 % lost in more than half of its rounds."

    def borne(p: PressureResult) -> str:
        return f"{load(p.half_percent_loss_pps, p.half_percent_loss_share)}, found in {found_in(p.half_percent_loss_rounds, p)} rounds"

    best = [(label, max(members, key=lambda p: p.half_percent_loss_pps.median or 0)) for label, members in groups if members]
    others = "".join(f"; the best of others that {label}: {p.name} {borne(p)}" for label, p in best)
    return (
        f"{text} The highest load with 0.5 % lost, in million packets a second (in brackets: share of the strategy's rate without "
        f"pressure), for a ring of {axes.ring:,} slots: {shared.name} {borne(shared)}{others}."
    )


def pool_never_fails(results: Results) -> str:
    """C1, as far as the run measures it."""
    return answer(results, "percpu_pool") or Beside("How often such an allocation fails under memory pressure is not measured in this run.")
