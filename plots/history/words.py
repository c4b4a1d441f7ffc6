# SPDX-License-Identifier: MIT
"""What a report says of history and published figures: the legends, and what a ratio that is apart is made of."""

from __future__ import annotations

from collections.abc import Iterable

from plots.drawing import words
from plots.history import estimates as history
from plots.history.estimates import SEGMENT_NS, Compared
from plots.statistics.stats import Estimate
from plots.statistics.verdict import FLOOR
from plots.verdicts.results import Results

LEGEND = (
    "Each step stands for what the kernel did in that protocol. ratio: of the step before, turn against turn, with its 95 % "
    f"interval (not corrected for the number of steps). saved: ns, and as a share of the {SEGMENT_NS / 1000:.2f} µs that a segment "
    f"of 1,448 bytes takes end to end at TCP-MD5's 2.3 Gbit/s in {history.RATES_FROM}, which is how a connection's rate hides it. "
    f"The nanoseconds hold the harness's floor, which is the row {FLOOR}."
)

PUBLISHED_LEGEND = (
    f"Published: cycles of one function in the kernel, before over after, from {history.CYCLES_FROM}. Ours: a whole "
    "packet, from lookup to verdict, the same strategies, sizes counted from the TCP header on as skb->len is. no floor: about what ours would be, had the harness "
    "cost nothing in either step; here alone the floor is subtracted, since no published figure holds it. apart: that one and the "
    "published differ by more than a quarter. How many segments the published seg6 header had is not known; ours have 1 to 14."
)

UNEXPLAINED = (
    "What remains unexplained is in no strategy here. The kernel reached its transforms through scatterlists and a second table of "
    "calls, which this model has not; of a clone it raised the algorithm's count and the module's, and one shared atomic stands for "
    "both here. How much these are is not measured."
)

RATES_LEGEND = (
    f"iperf3 rates with a clone per packet and with requests per CPU, from {history.RATES_FROM}. Ours: what the clone (of md5, which has "
    "no key, a count of its users) costs beyond the pool at MTU size, and that as a share of a segment's time at the posted rate."
)

SCALING = (
    "The growth is unresolved, whatever the numbers: this machine has two cores. A count that two cores write says nothing of how "
    f"it grows with many, and the second thread takes the core that else serves the rest of the system. {FLOOR} is the harness's floor."
)


def _span(estimate: Estimate, digits: int) -> str:
    """0.36 to 0.38"""
    if estimate.low is None or estimate.high is None:
        return "no interval"
    return words.span((estimate.low, estimate.high), digits)


def _made_of(one: Compared) -> str:
    """Ours in parts; one part alone is the ratio once more."""
    known = [(part, part.share.median) for part in one.parts if part.share.median is not None]
    if not known:
        return ""
    if len(known) == 1:
        part, _ = known[0]
        return f" All of it is {part.what} ({part.more} less {part.less})."
    terms = "".join(
        f" {'-' if median < 0 else '+'} {abs(median):.2f} ({_span(part.share, 2)}) for {part.what} ({part.more} less {part.less})"
        for part, median in known
    )
    return f" In units of {one.published.after} ours is about 1{terms}; medians need not add up."


def why(one: Compared) -> str:
    """What ours is made of, and what of the published difference it does not explain."""
    new = one.published.after
    text = f"{one.published.what}: published {one.published.ratio:.2f}, ours {one.ratio.median or 0:.2f} ({_span(one.ratio, 2)}).{_made_of(one)}"
    if one.setkey.median is not None:
        text += (
            f" Preparing the raw key for every packet, which both pay, is {one.setkey.median:.2f} ({_span(one.setkey, 2)}) of "
            f"{new} (it less onstack_prepared)."
        )
    if one.floor.median is not None and one.without_floor is not None:
        text += (
            f" The harness's floor ({FLOOR}), in both too and in no published figure, is {one.floor.median:.2f} ({_span(one.floor, 2)}): "
            f"without it the ratio would be about {one.without_floor:.2f}."
        )
    gap = one.unexplained or 0
    if gap > 0:
        return f"{text} Of the published difference of {one.published.ratio - 1:.2f}, {gap:.2f} remains unexplained."
    return f"{text} Ours is larger by {-gap:.2f}; that excess is unexplained."


def explanations(found: Iterable[Compared]) -> list[str]:
    """Of each ratio that is apart what it is made of, then what is to be said of the rest."""
    apart = [one for one in found if one.apart]
    return [why(one) for one in apart] + ([UNEXPLAINED] if any((one.unexplained or 0) > 0 for one in apart) else [])


def limits(results: Results) -> list[str]:
    if not history.scaling(results):
        return []
    return ["How much a second thread makes a packet dearer, by shared counts above all, is unresolved: two cores say nothing of many."]
