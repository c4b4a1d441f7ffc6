# SPDX-License-Identifier: MIT
"""History and published figures, as tables for the page and the mail."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.drawing.layout import Table
from plots.history import estimates as history
from plots.history.estimates import SEGMENT_NS, Chain, Compared, Hidden, Published
from plots.history.gains import Gain
from plots.statistics.stats import Estimate
from plots.statistics.verdict import FLOOR
from plots.verdicts.results import Results


def _share(ns: float | None, of: float) -> str:
    return "-" if ns is None else words.percent(ns / of, 1)


def _plain(ns: float | None) -> str:
    return "-" if ns is None else words.fixed(ns, 0 if abs(ns) >= 10 else 1)


def _signed(ns: float | None) -> str:
    return "-" if ns is None else words.fixed(ns, 0, "+")


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
    heading = ", ".join(conditions.of(chain.block.block.axes, ["cache", "load"]))
    what = "; ".join(f"{taken.step.strategy} ({taken.step.when}): {taken.step.what}" for taken in chain.steps)
    return Table(f"{heading}: {what}", ["when", "ns", "interval", "ratio", "interval", "saved", "of 5 µs"], rows, [])


def _largest(results: Results) -> list[Chain]:
    """Of chains that differ only in sockets, the one with the most sockets."""
    by_sockets = sorted(history.chains(results), key=lambda chain: chain.block.block.axes.sockets)
    largest = {chain.block.block.axes.but(sockets=0): chain.block for chain in by_sockets}
    return [chain for chain in history.chains(results) if any(chain.block is block for block in largest.values())]


def chains(results: Results) -> list[Table]:
    return [_chain(chain) for chain in _largest(results)]


def fewer_sockets(results: Results) -> list[Table]:
    """The chains that chains() leaves out."""
    shown = {chain.block.block.id for chain in _largest(results)}
    return [_chain(chain) for chain in history.chains(results) if chain.block.block.id not in shown]


_WITH_RETPOLINES = "- with retpolines"


def published(found: list[Compared], counted: list[Gain]) -> Table | None:
    """A row for each published figure that the run has a block for, or that was counted in the kernel. Where the run has a block with
    retpolines, too, that has the next row."""
    ours: dict[Published, list[Compared]] = {}
    for c in found:
        ours.setdefault(c.published, []).append(c)
    kernel = {gain.published: gain for gain in counted}
    shown = [p for p in history.PUBLISHED if p in ours or p in kernel]
    if not shown:
        return None
    rows = []
    for p in shown:
        both = ours.get(p, [])
        first = both[0] if both else None
        rows.append((first.what if first else p.what, _published(p, first, kernel.get(p), bool(counted))))
        rows += [(_WITH_RETPOLINES, _published(p, one, kernel.get(p), bool(counted))) for one in both[1:]]
    missing = [p.what for p in history.PUBLISHED if p not in shown]
    notes = [f"Not measured in this run: {'; '.join(missing)}."] if missing else []
    columns = ["cycles", "published", *(["kernel"] if counted else []), "ours", "interval", "no floor", ""]
    return Table("Before over after", columns, rows, notes, first="what")


def _published(published: Published, ours: Compared | None, gain: Gain | None, counted: bool) -> list[str]:
    cells = [f"{published.before_cycles:,} > {published.after_cycles:,}", f"{published.ratio:.2f}"]
    if counted:
        cells.append(f"{gain.ratio:.2f}" if gain else "-")
    if ours is None:
        return [*cells, "-", "-", "-", "not measured"]
    return [
        *cells,
        "-" if ours.ratio.median is None else f"{ours.ratio.median:.2f}",
        "-" if ours.ratio.low is None or ours.ratio.high is None else f"{ours.ratio.low:.2f}-{ours.ratio.high:.2f}",
        "-" if ours.without_floor is None else f"{ours.without_floor:.2f}",
        "apart" if ours.apart else "within a quarter",
    ]


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
                    f"{words.fixed(change * 100, 1, '+')}\u00a0%",
                    _signed(h.difference_ns.median) if h.block else "not measured",
                    "" if h.difference_ns.low is None else f"{_signed(h.difference_ns.low)} to {_signed(h.difference_ns.high)}",
                    _share(h.difference_ns.median, h.rate.segment_ns) if h.block else "",
                ],
            )
        )
    return Table("Clone per packet against requests per CPU", ["Gbit/s", "change", "ours, ns", "interval", "of a segment"], rows, [], first="what")


def scaling(results: Results) -> list[Table]:
    """One thread and two. The growth is always unresolved."""
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
        heading = ", ".join(conditions.of(pair.one.block.axes, ["cache", "load", "cpus"]))
        columns = ["1 thread", "2 threads", "growth", "interval", "verdict"]
        tables.append(Table(f"{heading}: ns per packet, and growth divided by {results.run.baseline}'s", columns, rows, []))
    return tables
