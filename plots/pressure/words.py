# SPDX-License-Identifier: MIT
"""Texts on memory pressure: the legend, numbers, the block that tells most, the limits."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.drawing.words import listed
from plots.pressure.estimates import PressureResult, of, rounds_of
from plots.pressure.pairs import Pair, loss_pairs, refusal_pairs
from plots.pressure.rounds import QUIET_PACKETS
from plots.run.axes import Axes
from plots.statistics.stats import Estimate
from plots.statistics.verdict import FLOOR
from plots.verdicts.results import BlockResult, Results

LEGEND = (
    "refused: operations that failed for lack of memory, as a share of those requested (an allocation that a reserve replaces has "
    "not failed); median over rounds and its 95 % interval (order statistics). Sums over all rounds: marginal, received packets that "
    "had an skb but were refused the operation; no skb, received packets dropped before the strategy was asked; TX, packets not sent "
    "because the operation was refused. A strategy that keeps its request in the skb makes every received skb larger (a note below the "
    "table says by how much), so it loses received packets under no skb, not under marginal. pages: held with all sockets open. arena: "
    "what a jemalloc arena of as many pages maps for the same sockets, a cross-check (-: not known, or the arena was too small). "
    "lossless, 0.5 %: the highest offered load with no loss and with at most 0.5 % loss, in million packets a second, median over "
    "rounds. In brackets: its share of the strategy's rate without pressure (the ring lets a trial reach a little more than 100 %). "
    "found in: in how many rounds such a load was found. interval: a round that found none counts as 0. none: half of the rounds or "
    "more found none. "
    "Loads follow service_ns, the time for a packet, measured in each round without the zone. So loads vary with it, and a faster "
    "strategy bears more; the shares do not depend on it. burst: the most drops in a row. recovery: packets from a drop to the last "
    f"drop before {QUIET_PACKETS} packets without one; the median over rounds of each round's median, and in brackets the longest."
)


def where(axes: Axes, *without: str) -> str:
    """A block's conditions, without the load, which is always closed loop, and without a warm cache."""
    return ", ".join(conditions.of(axes, ["load", *(["cache"] if axes.cache == "warm" else []), *without]))


def rate(share: float | None) -> str:
    """Three digits. Less than a thousandth of a percent is <0.001 %, since it is not zero."""
    if share is None:
        return "-"
    if share == 0:
        return "0"
    return "<0.001\u00a0%" if share < 1e-5 else f"{share * 100:.3g}\u00a0%"


def rate_interval(estimate: Estimate, dash: str = "-") -> str:
    """0.012-0.018 %"""
    if estimate.low is None or estimate.high is None:
        return "-"
    if estimate.high == 0:
        return "0"
    low = "0" if estimate.low == 0 else f"{estimate.low * 100:.2g}"
    return f"{low}{dash}{estimate.high * 100:.2g}\u00a0%"


def load(estimate: Estimate, share: float | None) -> str:
    """4.12 (85 %); none: half of the rounds or more found no such load."""
    if estimate.median is None:
        return "none"
    return f"{estimate.median / 1e6:.2f}" + ("" if share is None else f" ({share * 100:.0f}\u00a0%)")


def found_in(rounds: int, result: PressureResult) -> str:
    """5 of 7"""
    return f"{rounds:,} of {result.rounds:,}"


def load_interval(estimate: Estimate, dash: str = "-") -> str:
    """0-3.74, in million packets a second"""
    if estimate.low is None or estimate.high is None:
        return "-"
    low, high = (f"{value / 1e6:.2f}" if value else "0" for value in (estimate.low, estimate.high))
    return low if low == high else f"{low}{dash}{high}"


def arena(result: PressureResult) -> str:
    """Pages, or a dash if they are not known."""
    return "-" if result.arena_pages is None else f"{result.arena_pages:,.0f}"


def recovery(result: PressureResult) -> str:
    """40 (1,024)"""
    if result.recovery_packets is None:
        return "-"
    return f"{result.recovery_packets:,.0f} ({words.count(result.recovery_longest)})"


def opened(block: BlockResult, result: PressureResult) -> str:
    """How many sockets opened. Empty if all did."""
    if result.sockets_open >= block.block.axes.sockets:
        return ""
    return f"{result.name} opened {result.sockets_open:,} of {words.sockets(block.block.axes.sockets)}"


def _sockets_failed(block: BlockResult, result: PressureResult) -> str:
    """Accepts and opens that failed. Opens that failed before packets flowed are in another note, by opened()."""
    opens = 0 if opened(block, result) else result.open_failures
    accepts = f"{result.accept_failures:,} of {words.plural(result.accepts, 'accept')}" if result.accept_failures else ""
    return " and ".join(said for said in (accepts, words.plural(opens, "open") if opens else "") if said)


def packets(block: BlockResult) -> str:
    """The packets that the sums over rounds are taken from: per strategy, from the fewest to the most."""
    received, sent = words.span((p.rx_packets for p in of(block)), 0), words.span((p.tx_packets for p in of(block)), 0)
    return f"marginal and no skb: of {received} packets received; TX: of {sent} sent"


def notes(block: BlockResult) -> list[str]:
    """The notes under a block's table."""
    short = [text for p in of(block) if (text := opened(block, p))]
    failed = [f"{p.name} {text}" for p in of(block) if (text := _sockets_failed(block, p))]
    larger = [f"{p.name} {p.skb_headroom_bytes:,} B" for p in of(block) if p.skb_headroom_bytes]
    return ([f"Every received skb is larger by: {'; '.join(larger)}."] if larger else []) + ([f"Not enough memory for all sockets: {'; '.join(short)}."] if short else []) + (
        [f"Failed while packets flowed: {'; '.join(failed)}."] if failed else []
    )


def telling(blocks: list[BlockResult]) -> BlockResult:
    """The block that shows best how strategies differ.

    In order of weight: not OpenSSL's; all strategies opened all sockets; many bear a load (0.5 % lost) and many do not; many
    were surely refused memory; many were refused memory at all; many pages, since the machine is then less exhausted.
    """

    def order(block: BlockResult) -> tuple[bool, bool, int, int, int, int]:
        own = [p for p in of(block) if p.name != FLOOR]
        whole = not any(opened(block, p) for p in own)
        bearing = sum(p.half_percent_loss_pps.median is not None for p in own)
        surely = sum((p.failure_rate.low or 0) > 0 for p in own)
        refused = sum(p.operations_refused > 0 for p in own)
        return not block.evp, whole, min(bearing, len(own) - bearing), surely, refused, block.block.axes.pages

    return max(blocks, key=order)


def paired(found: list[Pair], did: str) -> str:
    """Which strategies did more of `did` than which others, which pairs reverse between blocks, and which do not differ clearly."""
    sure = {p.more: [f"{q.less} ({q.over_all})" for q in found if q.sure and q.more == p.more] for p in found}
    said = [f"{more} {did} than {listed(less)}" for more, less in sure.items() if less]
    reverse = [f"{p.more} more than {p.less} in {', '.join(map(str, p.in_blocks))}" for p in found if p.reverses]
    if reverse:
        said.append(f"the blocks disagree: {'; '.join(reverse)}")
    unsure = [f"{p.more} and {p.less} ({p.over_all})" for p in found if not p.sure and not p.reverses]
    if unsure:
        said.append(f"no clear difference: {listed(unsure)}" if said else f"no clear difference in any of {words.plural(len(found), 'pair')}")
    return "; ".join(said)


def order(results: Results) -> list[str]:
    """Which strategies were refused more operations than others, and which lost more packets than the baseline.

    Paired by round, over the blocks of all providers except OpenSSL, then over OpenSSL's.
    """
    lines = []
    own = [name for name in results.run.strategies if name != FLOOR]
    for evp in (False, True):
        blocks = [b for b in results.blocks if of(b) and b.evp == evp]
        rounds = [rounds_of(b) for b in blocks]
        _, own_conditions = conditions.distinct((b.block.axes for b in blocks), ["load"])
        names = "; ".join(", ".join(texts) for texts in own_conditions)
        refused, lost = refusal_pairs(rounds, own), loss_pairs(rounds, own, results.run.baseline)
        said = [f"Operations refused: {paired(refused, 'was refused more')}."] if refused else []
        if any(pair.over_all.rounds for pair in lost):
            each = paired(lost, "lost more")
            said.append(f"Packets lost for lack of memory, skb or operation, each compared with {results.run.baseline}: {each}.")
        if said:
            several = f" Blocks disagree if a pair is the other way round in one of them; the counts are then in this order: {names}."
            lines.append(
                f"Paired by round, with the same packets and bursts for all strategies ({words.plural(sum(map(len, rounds)), 'round')} of "
                f"{words.plural(len(blocks), 'block')}{', with OpenSSL’s EVP' if evp else ''}; in brackets: in how many of the rounds in "
                f"which the two differ; all statements of a kind hold together with 95 %).{several if len(blocks) > 1 else ''}"
            )
            lines += said
    return lines


def limits(results: Results) -> list[str]:
    """What must not be concluded from blocks under memory pressure."""
    blocks = [b for b in results.blocks if of(b)]
    if not blocks:
        return []
    lines = [
        "Memory pressure comes from a model: pages, slabs, watermarks and reclaim follow the kernel; the neighbour that takes pages is "
        "our own design. Failure rates separate strategies that allocate for a packet from those that do not. Among strategies that "
        "allocate, intervals overlap, and only pairs of rounds show a difference. The rates do not predict how often real machines run "
        "out of memory.",
        "Loads under pressure are in virtual time: a packet takes the time that its strategy takes without pressure. The time of a refused "
        "allocation and of direct reclaim is not included.",
    ]
    short = sum(1 for b in blocks if any(opened(b, p) for p in of(b)))
    if short:
        lines.append(
            f"In {words.plural(short, 'block')} under pressure some strategies could not open all sockets. Their failure rates "
            "there are those of fewer sockets."
        )
    return lines
