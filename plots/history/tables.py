# SPDX-License-Identifier: MIT
"""History and published figures, as tables and paragraphs for the page and the mail."""

from __future__ import annotations

from collections.abc import Iterable

from plots.drawing import words
from plots.history import estimates as history
from plots.history.estimates import SEGMENT_NS, Chain, Compared, Hidden
from plots.drawing.layout import Table
from plots.verdicts.results import Results
from plots.statistics.stats import Estimate
from plots.statistics.verdict import FLOOR

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


def _share(ns: float | None, of: float) -> str:
    return "-" if ns is None else f"{ns / of * 100:.1f}\u00a0%"


def _plain(ns: float | None) -> str:
    return "-" if ns is None else f"{ns:,.0f}" if abs(ns) >= 10 else f"{ns:.1f}"


def _signed(ns: float | None) -> str:
    return "-" if ns is None else f"{ns:+.0f}"


def _ns(estimate: Estimate) -> tuple[str, str]:
    return words.ns(estimate.median), "-" if estimate.low is None else f"{words.ns(estimate.low)}-{words.ns(estimate.high)}"


def _chain(chain: Chain) -> Table:
    rows = []
    for taken in chain.steps:
        first = taken.to_before.median is None
        rows.append(
            (
                taken.step.strategy,
                [
                    taken.step.when,
                    *_ns(taken.ns),
                    "" if first else words.ratio(taken.to_before.median),
                    "" if first else words.interval(taken.to_before),
                    "" if first else _plain(taken.saved_ns.median),
                    "" if first else _share(taken.saved_ns.median, SEGMENT_NS),
                ],
            )
        )
    if chain.floor_ns.median is not None:
        rows.append((FLOOR, ["", *_ns(chain.floor_ns), "", "", "", ""]))
    heading = ", ".join(words.conditions(chain.block.block.axes, ["cache", "load"]))
    what = "; ".join(f"{taken.step.strategy} ({taken.step.when}): {taken.step.what}" for taken in chain.steps)
    return Table(f"{heading}: {what}", ["when", "ns", "interval", "ratio", "interval", "saved", "of 5 µs"], rows, [])


def _largest(results: Results) -> list[Chain]:
    """Of those that differ in sockets alone, the one with the most."""
    by_sockets = sorted(history.chains(results), key=lambda chain: chain.block.block.axes.sockets)
    largest = {chain.block.block.axes.but(sockets=0): chain.block for chain in by_sockets}
    return [chain for chain in history.chains(results) if any(chain.block is block for block in largest.values())]


def chains(results: Results) -> list[Table]:
    return [_chain(chain) for chain in _largest(results)]


def fewer_sockets(results: Results) -> list[Table]:
    """The others."""
    told = {chain.block.block.id for chain in _largest(results)}
    return [_chain(chain) for chain in history.chains(results) if chain.block.block.id not in told]


def published(found: list[Compared]) -> Table | None:
    """One row for each published figure that the run has a block for."""
    if not found:
        return None
    rows = [
        (
            c.published.what,
            [
                f"{c.published.before_cycles:,} > {c.published.after_cycles:,}",
                f"{c.published.ratio:.2f}",
                "-" if c.ratio.median is None else f"{c.ratio.median:.2f}",
                "-" if c.ratio.low is None or c.ratio.high is None else f"{c.ratio.low:.2f}-{c.ratio.high:.2f}",
                "-" if c.without_floor is None else f"{c.without_floor:.2f}",
                "apart" if c.apart else "within a quarter",
            ],
        )
        for c in found
    ]
    missing = [p.what for p in history.PUBLISHED if p not in [c.published for c in found]]
    notes = [f"Not measured in this run: {'; '.join(missing)}."] if missing else []
    return Table("Before over after", ["cycles", "published", "ours", "interval", "no floor", ""], rows, notes, first="what")


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


def rates(found: list[Hidden]) -> Table | None:
    if not found:
        return None
    rows = []
    for h in found:
        change = h.rate.percpu_gbit / h.rate.clone_gbit - 1
        rows.append(
            (
                h.rate.what,
                [
                    f"{h.rate.clone_gbit:.2f} > {h.rate.percpu_gbit:.2f}",
                    f"{change * 100:+.1f}\u00a0%",
                    _signed(h.difference_ns.median) if h.block else "not measured",
                    "" if h.difference_ns.low is None else f"{_signed(h.difference_ns.low)} to {_signed(h.difference_ns.high)}",
                    _share(h.difference_ns.median, h.rate.segment_ns) if h.block else "",
                ],
            )
        )
    return Table("Clone per packet against requests per CPU", ["Gbit/s", "change", "ours, ns", "interval", "of a segment"], rows, [], first="what")


def scaling(results: Results) -> list[Table]:
    """One or two threads; the growth is never resolved."""
    tables = []
    for pair in history.scaling(results):
        rows = []
        for s in pair.two.strategies:
            found = pair.of(s.name)
            if found is None:
                continue
            single, double, grown = found
            base = s.name == results.run.baseline
            rows.append(
                (
                    s.name,
                    [
                        words.ns(single.ns_per_packet.median),
                        words.ns(double.ns_per_packet.median),
                        "" if base else words.ratio(grown.median),
                        "" if base else words.interval(grown),
                        "" if base else "unresolved",
                    ],
                )
            )
        heading = ", ".join(words.conditions(pair.one.block.axes, ["cache", "load", "cpus"]))
        columns = ["1 thread", "2 threads", "growth", "interval", "verdict"]
        tables.append(Table(f"{heading}: ns per packet, and growth against {results.run.baseline}'s", columns, rows, []))
    return tables


def explanations(found: Iterable[Compared]) -> list[str]:
    """Of each ratio that is apart what it is made of, then what is to be said of the rest."""
    apart = [one for one in found if one.apart]
    return [why(one) for one in apart] + ([UNEXPLAINED] if any((one.unexplained or 0) > 0 for one in apart) else [])
