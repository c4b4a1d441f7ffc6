# SPDX-License-Identifier: MIT
"""What a report says of memory pressure: the numbers in words, the block that tells most, the limits."""

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
    "refused: operations that failed for want of memory, as a share of those asked for (an allocation that a reserve makes up "
    "for is none); median over rounds and its 95 % interval (order statistics). Sums over all rounds: marginal, received "
    "packets whose skb was granted and whose operation was refused; no skb, received packets dropped before the strategy was "
    "asked; TX, packets not sent, since the operation was refused. A strategy that keeps its request in the skb makes every received "
    "skb larger (by so many bytes as stand below the table), so it pays under no skb, not under refused. pages: held with all sockets open; arena: what a jemalloc arena of as many pages maps "
    "for the same sockets, a cross-check (-: not known, or it was too small). lossless, 0.5 %: the "
    "highest offered load, in million packets a second, with no loss and with at most so much, median over rounds, and in "
    "brackets as a share of what the strategy can do at all (a little above 100 % is what a ring takes up in a trial); in how "
    "many rounds such a load was found; and its interval, a round without one counted as 0. none: half of the rounds or more "
    "found none. Loads follow service_ns, the time for a packet, measured in each round without the zone: they carry its "
    "variation, and a faster strategy bears more; the shares do not. burst: most drops in a row. recovery: packets from a drop "
    f"to the last one before {QUIET_PACKETS} without a drop, the median over rounds of each round's median (and the longest)."
)


def where(axes: Axes, *without: str) -> str:
    """Under which conditions; packets come as they do in closed loop, and only a polluted cache is worth a word."""
    return ", ".join(conditions.of(axes, ["load", *(["cache"] if axes.cache == "warm" else []), *without]))


def rate(share: float | None) -> str:
    """Three digits; what is less than a thousandth of a percent is said as such, it is not none."""
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
    """Pages; no figure where there is none."""
    return "-" if result.arena_pages is None else f"{result.arena_pages:,.0f}"


def recovery(result: PressureResult) -> str:
    """40 (1,024)"""
    if result.recovery_packets is None:
        return "-"
    return f"{result.recovery_packets:,.0f} ({words.count(result.recovery_longest)})"


def opened(block: BlockResult, result: PressureResult) -> str:
    """Nothing where all sockets opened, else how many."""
    if result.sockets_open >= block.block.axes.sockets:
        return ""
    return f"{result.name} opened {result.sockets_open:,} of {words.sockets(block.block.axes.sockets)}"


def _sockets_failed(block: BlockResult, result: PressureResult) -> str:
    """Opens that failed before packets flowed are said apart."""
    opens = 0 if opened(block, result) else result.open_failures
    accepts = f"{result.accept_failures:,} of {words.plural(result.accepts, 'accept')}" if result.accept_failures else ""
    return " and ".join(said for said in (accepts, words.plural(opens, "open") if opens else "") if said)


def packets(block: BlockResult) -> str:
    """Of what the sums over rounds are: for each strategy so many packets, from the fewest to the most."""
    received, sent = words.span((p.rx_packets for p in of(block)), 0), words.span((p.tx_packets for p in of(block)), 0)
    return f"marginal and no skb: of {received} packets received; TX: of {sent} sent"


def notes(block: BlockResult) -> list[str]:
    """What has to be said under a block's table."""
    short = [text for p in of(block) if (text := opened(block, p))]
    failed = [f"{p.name} {text}" for p in of(block) if (text := _sockets_failed(block, p))]
    larger = [f"{p.name} {p.skb_headroom_bytes:,} B" for p in of(block) if p.skb_headroom_bytes]
    return ([f"Every received skb is larger by: {'; '.join(larger)}."] if larger else []) + ([f"Not enough memory for all sockets: {'; '.join(short)}."] if short else []) + (
        [f"Failed while packets flowed: {'; '.join(failed)}."] if failed else []
    )


def telling(blocks: list[BlockResult]) -> BlockResult:
    """The block, OpenSSL's aside, that shows best what sets strategies apart: all opened all sockets, and some bear a load (0.5 % lost)
    where others bear none; else where most were surely refused memory. Of several, the one with the most pages, since
    there the machine is not at its end."""

    def order(block: BlockResult) -> tuple[bool, bool, int, int, int, int]:
        own = [p for p in of(block) if p.name != FLOOR]
        whole = not any(opened(block, p) for p in own)
        bearing = sum(p.half_percent_loss_pps.median is not None for p in own)
        surely = sum((p.failure_rate.low or 0) > 0 for p in own)
        refused = sum(p.operations_refused > 0 for p in own)
        return not block.evp, whole, min(bearing, len(own) - bearing), surely, refused, block.block.axes.pages

    return max(blocks, key=order)


def _paired(found: list[Pair], did: str) -> str:
    """Who did so more than whom, and who are not told apart."""
    sure = {p.more: [f"{q.less} ({q.rounds_more} of {q.rounds})" for q in found if q.sure and q.more == p.more] for p in found}
    said = [f"{more} {did} than {listed(less)}" for more, less in sure.items() if less]
    unsure = [f"{p.more} and {p.less} ({p.rounds_more} of {p.rounds})" for p in found if not p.sure]
    if unsure:
        said.append(f"not told apart: {listed(unsure)}" if said else f"not one of {words.plural(len(found), 'pair')} is told apart")
    return "; ".join(said)


def order(results: Results) -> list[str]:
    """Who was refused more operations than whom, and who lost more packets than the baseline, paired by round: over all blocks
    of all providers but OpenSSL, and over OpenSSL's."""
    lines = []
    own = [name for name in results.run.strategies if name != FLOOR]
    for evp in (False, True):
        blocks = [b for b in results.blocks if of(b) and b.evp == evp]
        rounds = [r for b in blocks for r in rounds_of(b)]
        refused, lost = refusal_pairs(rounds, own), loss_pairs(rounds, own, results.run.baseline)
        said = [_paired(refused, "was refused more operations")] if refused else []
        if any(pair.rounds for pair in lost):
            said.append(f"of all packets lost for want of memory, skb or operation, each with {results.run.baseline}: {_paired(lost, 'lost more')}")
        where = ", with OpenSSL's EVP" if evp else ""
        lines += [
            f"Paired by round, the same packets and bursts for all ({words.plural(len(rounds), 'round')} of "
            f"{words.plural(len(blocks), 'block')}{where}; in brackets: in how many of the rounds in which they differ; all "
            f"together with 95 %): {text}."
            for text in said
        ]
    return lines


def limits(results: Results) -> list[str]:
    """What must not be concluded from pressure blocks."""
    blocks = [b for b in results.blocks if of(b)]
    if not blocks:
        return []
    lines = [
        "Memory pressure comes from a model: pages, slabs, watermarks and reclaim as the kernel has them, a neighbour of our "
        "own making. Its failure rates separate strategies that allocate for a packet from those that do not; among the former intervals "
        "overlap and only pairs of rounds tell, and how often a machine gets there is not known from here.",
        "Loads under pressure are in virtual time: a packet takes what its strategy takes without pressure. What a refused "
        "allocation itself costs, and direct reclaim, is not in them.",
    ]
    short = sum(1 for b in blocks if any(opened(b, p) for p in of(b)))
    if short:
        lines.append(
            f"In {words.plural(short, 'block')} under pressure some strategies could not open all sockets: their failure rates "
            "there are of fewer sockets."
        )
    return lines
