# SPDX-License-Identifier: MIT
"""Texts on time: captions, how to read a verdict, the limits."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.statistics.stats import MINIMUM_ROUNDS
from plots.statistics.verdict import FLOOR
from plots.verdicts.results import BlockResult, Results

OPEN_LOOP = "ns and ratio: closed loop, measured before the load; latency: under the load"
"""The caption of every table of an open-loop block."""

RUNS = (
    "A poll often has several packets of one socket in a row. Only the first packet of such a run can find the socket's state outside "
    "of the cache. Runs of N: the mean length. The baseline and the floor are in ns per packet, the others as ratios to the baseline. "
    "With longer runs the trace has more packets, so their bytes come from memory that is further away: the floor shows by how much."
)
"""The legend of the tables of runs."""


def latency(block: BlockResult) -> str:
    """The caption of a block's latencies: what they include, and what was dropped."""
    return (
        f"one time stamp cost {words.ns(block.stamp_ns)} ns (median over rounds); a service time includes about one, "
        "a response time also those of the packets that it waited for; "
        f"open-loop turns dropped: {block.open_loop_turns_disturbed:,} of {block.open_loop_turns:,}"
    )


def threads(block: BlockResult) -> str:
    """A note under the table of a block with several threads. Empty for one thread."""
    cpus = block.block.axes.cpus
    return "" if cpus == 1 else (
        f"{cpus} threads: a verdict compares strategies that all run {cpus} threads. It does not say what another thread costs, or how "
        "that cost grows with more threads. Such a block answers no claim about time."
    )


def how_to_read(results: Results) -> list[str]:
    """Paragraphs that explain a verdict, with this run's margins and confidence. Empty if there is no verdict."""
    blocks = [block for block in results.blocks if block.closed_loop]
    if not blocks:
        return []
    margins = sorted({block.margin * 100 for block in blocks})
    levels = sorted({(block.comparisons, block.confidence * 100) for block in blocks})
    each = ", ".join(f"{level:.2f} % for each of {count}" for count, level in levels)
    joined = " or ".join(f"{m:g} %" for m in margins)
    return [
        "A round is one fresh process in which all strategies of a block take turns; in a lap each of them has one turn. A "
        f"round's ratio is the median over laps of a strategy's turn divided by {results.run.baseline}'s turn. The ratio shown "
        "is the median over rounds. Rounds are the only statistical unit.",
        "The interval is Student's t on the logarithms of the rounds' ratios, Bonferroni-corrected so that all comparisons of a "
        f"block hold together with 95 % ({each}). Blocks are not corrected for each other.",
        f"faster, slower: the whole interval lies beyond the margin ({joined}{'; the larger above 10,000 sockets' if len(margins) > 1 else ''}). same: "
        f"the whole interval lies within it. unresolved: anything else, always below {MINIMUM_ROUNDS} rounds, and for "
        "a whole block whose A/A cells (the baseline against itself) differ by more than the margin, or whose memory lay on other "
        "pages than its page_size says.",
        f"{FLOOR} computes nothing. It shows the harness's own cost, called floor, which every other row contains too. No count of "
        "verdicts includes it. It is subtracted in one column only: “no floor”, beside published ratios. The effect size "
        "(“effect” in report.html) is the mean log ratio in standard deviations between rounds (Hedges's g): above 1 or below -1 the difference "
        "is larger than the scatter.",
    ]


def limits(results: Results) -> list[str]:
    """What must not be concluded from the times."""
    lines = []
    for block in results.blocks:
        if block.resolves_nothing_because and block.timed:
            where = ", ".join(conditions.of(block.block.axes))
            lines.append(f"Nothing is resolved for {where}: {block.resolves_nothing_because}.")
    open_verdicts = sum(
        s.word == "unresolved"
        for b in results.blocks
        if b.closed_loop and not b.resolves_nothing_because
        for s in b.strategies
    )
    if open_verdicts:
        lines.append(
            f"Unresolved although the block's A/A cells agree: {words.plural(open_verdicts, 'comparison')}. If an interval crosses the "
            "margin, more rounds make it narrower."
        )
    if any(b.timed and b.block.axes.open_loop for b in results.blocks):
        lines.append(
            "Open-loop blocks are not in the count of verdicts. Their times and ratios were measured in closed loop; their "
            "latencies are shown, not judged."
        )
    if any(b.block.axes.provider == "openssl" for b in results.blocks):
        lines.append(
            "OpenSSL's EVP has no request apart from its transform and allocates inside. Its cells show what a "
            "deployment pays, not who should own kernel state."
        )
    overflow = sum(
        latency.overflow for b in results.blocks for s in b.strategies if s.latency for latency in s.latency.values()
    )
    if overflow:
        lines.append(f"Latencies above the histogram's range: {overflow:,}. The highest percentiles are too low.")
    return lines
