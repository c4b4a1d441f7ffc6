# SPDX-License-Identifier: MIT
"""What a report says of time: captions, how to read a verdict, the limits."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.statistics.stats import MINIMUM_ROUNDS
from plots.statistics.verdict import FLOOR
from plots.verdicts.results import BlockResult, Results

OPEN_LOOP = "ns and ratio: closed loop, measured before the load; latency: under the load"
"""The caption of every table of an open-loop block."""


def latency(block: BlockResult) -> str:
    """The caption of a block's latencies: what they hold, and what was dropped."""
    return (
        f"one time stamp cost {words.ns(block.stamp_ns)} ns (median over rounds): a service time holds about one, "
        "a response those of the packets it waited for as well; "
        f"open-loop turns dropped: {block.open_loop_turns_disturbed:,} of {block.open_loop_turns:,}"
    )


def threads(block: BlockResult) -> str:
    """What has to be said under the table of a block with several threads; else nothing."""
    cpus = block.block.axes.cpus
    return "" if cpus == 1 else (
        f"{cpus} threads: a verdict compares strategies that run as many; what the further thread costs, and how that would grow, it does "
        "not tell. No claim's time is answered from here."
    )


def how_to_read(results: Results) -> list[str]:
    """Paragraphs on what a verdict says; margins and confidence as this run has them. None where there is no verdict."""
    blocks = [block for block in results.blocks if block.closed_loop]
    if not blocks:
        return []
    margins = sorted({block.margin * 100 for block in blocks})
    levels = sorted({(block.comparisons, block.confidence * 100) for block in blocks})
    each = ", ".join(f"{level:.2f} % for each of {count}" for count, level in levels)
    joined = " or ".join(f"{m:g} %" for m in margins)
    return [
        "A round is one fresh process in which all strategies of a block take turns. Ratios are taken turn against "
        f"turn with {results.run.baseline} in the same round (the median over laps); the ratio shown is the median "
        "over rounds. Rounds are the only statistical unit.",
        "The interval is Student's t on the logarithms of the rounds' ratios, Bonferroni-corrected so that all comparisons of a "
        f"block hold together with 95 % ({each}). Blocks are not corrected for one another.",
        f"faster, slower: the whole interval lies beyond the margin ({joined}{'; the larger above 10,000 sockets' if len(margins) > 1 else ''}). same: "
        f"the whole interval lies within it. unresolved: anything else, always below {MINIMUM_ROUNDS} rounds, and for "
        "a whole block whose A/A cells (the baseline against itself) differ by more than the margin.",
        f"{FLOOR} computes nothing: it is the harness's own cost, called floor, shown in every table of costs, never "
        "counted, and never subtracted but for one figure that is named, beside published ratios. The effect size is the mean log "
        "ratio in standard deviations between rounds (Hedges's g): above 1 the difference is larger than the scatter.",
    ]


def limits(results: Results) -> list[str]:
    """What a reader must not take from the times."""
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
            f"Unresolved though the block is sound: {words.plural(open_verdicts, 'comparison')}. Where an interval crosses the margin, "
            "more rounds narrow it."
        )
    if any(b.timed and b.block.axes.open_loop for b in results.blocks):
        lines.append(
            "Open-loop blocks are in no count of verdicts: their times and ratios are closed loop, their latencies are "
            "shown, not judged."
        )
    if any(b.block.axes.provider == "openssl" for b in results.blocks):
        lines.append(
            "OpenSSL's EVP has no request apart from its transform and allocates inside: its cells show what a "
            "deployment pays, not who should own kernel state."
        )
    overflow = sum(
        latency.overflow for b in results.blocks for s in b.strategies if s.latency for latency in s.latency.values()
    )
    if overflow:
        lines.append(f"Latencies beyond the histogram: {overflow:,}. Percentiles near the top are too low.")
    return lines
