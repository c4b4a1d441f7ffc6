# SPDX-License-Identifier: MIT
"""A comparison as text: plain ASCII, 72 columns, tables for each block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from plots.compare.compare import Comparison
from plots.compare.counts import NOT_COMPARED, Count
from plots.compare.gate import Outcome, counted_line, grouped, time
from plots.compare.pairs import Pair
from plots.compare.times import OTHER_KIND, Change
from plots.drawing import words
from plots.drawing.layout import fill
from plots.statistics.verdict import FLOOR
from plots.verdicts.results import Results


def _run(name: str, results: Results) -> list[str]:
    git = results.run.git
    return fill(f"{name}: {results.run.path} ({git['revision'] or 'revision not known'}{', with local changes' if git['dirty'] else ''})")


def _head(comparison: Comparison) -> list[str]:
    lines = _run("A", comparison.a) + _run("B", comparison.b)
    for one in comparison.differences:
        lines += fill(f"! other {one.what}: {one.a} in A, {one.b} in B")
    if comparison.times_refused:
        lines += fill(f"! {OTHER_KIND}: times are shown, not judged (--across-kinds judges them)")
    if comparison.changes:
        lines += fill(
            f"ratio: to {comparison.baseline} in the same run. change: B's value divided by A's. All intervals hold together with "
            f"95 % ({comparison.confidence * 100:.7g} % each). The floor (null) is not judged."
        )
    if comparison.counts:
        lines += fill(NOT_COMPARED)
    return lines


def _times(changes: Sequence[Change]) -> list[str]:
    """A table of ns per packet, or of ratios."""
    head = "ns per packet" if changes[0].what == "ns_per_packet" else "ratio"
    lines = [f"{head:<18}{'A':>8}{'B':>8}{'change':>8} {'interval':>13} verdict"]
    return lines + [
        f"{c.strategy:<18.18}{time(c.a, c.what):>8}{time(c.b, c.what):>8}{words.ratio(c.change.median):>8} "
        f"{words.interval(c.change):>13} {c.word}"
        for c in changes
    ]


def _counts(counts: Sequence[Count]) -> list[str]:
    differ = grouped(((c.strategy, c.judged), c) for c in counts if c.judged != "equal")
    equal = sum(c.judged == "equal" for c in counts)
    lines = fill(f"counted: {words.plural(equal, 'number')} equal, {len(counts) - equal:,} not")
    for (strategy, judged), found in differ.items():
        lines += fill(f"{strategy}: {judged}: {counted_line(found)}", "  ")
    return lines


def _block(pair: Pair, changes: Sequence[Change], counts: Sequence[Count]) -> list[str]:
    lines = ["", *fill(pair.where)]
    reasons = dict.fromkeys(c.not_judged_because for c in changes if c.strategy != FLOOR)
    for why in reasons:
        lines += fill(f"! not judged: {why}") if why and why != OTHER_KIND else []
    for of_one in grouped((c.what, c) for c in changes).values():
        lines += _times(of_one)
    return lines + (_counts(counts) if counts else [])


def _listed(heading: str, lines: Iterable[str]) -> list[str]:
    found = [text for line in lines for text in fill(line, "  ")]
    return ["", heading, *found] if found else []


def _outcome(outcome: Outcome, counts: int) -> list[str]:
    judged = f"{words.plural(outcome.times_judged, 'time')} and {words.plural(counts, 'counted number')} judged."
    if outcome.times_unseen:
        unseen = words.plural(outcome.times_unseen, "time")
        judged += f" Of {unseen} the interval reaches above the gate: a rise beyond it is neither found nor excluded there."
    return ["", *fill(f"gate of {outcome.gate_percent:g} %: {outcome.word}. {judged}")]


def text(comparison: Comparison, outcome: Outcome | None) -> str:
    lines = _head(comparison)
    changes = grouped((c.pair.a.block.id, c) for c in comparison.changes)
    counts = grouped((c.pair.a.block.id, c) for c in comparison.counts)
    for pair in comparison.pairs:
        of = pair.a.block.id
        if of in changes or of in counts:
            lines += _block(pair, changes.get(of, []), counts.get(of, []))
    lines += _listed("Missing in B:", comparison.missing)
    if outcome:
        lines += _outcome(outcome, sum(c.judged != "not judged" for c in comparison.counts))
    return words.ascii_text("\n".join(lines) + "\n")
