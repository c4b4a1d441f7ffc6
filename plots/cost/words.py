# SPDX-License-Identifier: MIT
"""Texts on time: captions, how to read a verdict, the limits."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.statistics.heaps import Heaps
from plots.statistics.resolving import MOST
from plots.statistics.stats import MINIMUM_ROUNDS
from plots.statistics.verdict import FLOOR
from plots.verdicts import sittings, stopping
from plots.verdicts.results import BlockResult, Results, StrategyResult

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


def _no_latency(block: BlockResult) -> str:
    """Why a block under load has no latencies, and what to do. Empty if it has some, or is not under load."""
    if not block.block.axes.open_loop or any(s.latency for s in block.strategies):
        return ""
    dropped, void = block.open_loop_turns_disturbed, block.open_loop_turns_void
    why = f"; {void:,} of {block.open_loop_turns:,} were void (SIMD upper halves in use)" if void else ""
    return (
        f"no latencies: {dropped:,} of {words.plural(block.open_loop_turns, 'open-loop turn')} were dropped, since the thread was "
        f"switched out in them{why}; run it again on a machine that does nothing else, with a free core for each simulated CPU"
    )


def _heap(ratios: tuple[float, ...]) -> str:
    """7 at 0.85-0.91"""
    low, high = words.ratio(ratios[0]), words.ratio(ratios[-1])
    return f"{len(ratios)} at {low if low == high else f'{low}-{high}'}"


def _heaps(name: str, heaps: Heaps) -> str:
    return f"{name} {_heap(heaps.low)}, {_heap(heaps.high)}"


def _split(block: BlockResult) -> str:
    """Which strategies have rounds in two heaps. Empty if none has."""
    found = [_heaps(s.name, s.heaps) for s in block.strategies if s.heaps]
    return (
        f"rounds in two heaps: {'; '.join(found)}. The middle is a place where no round is; more rounds do not narrow the interval" if found else ""
    )


def wanted(s: StrategyResult) -> str:
    """About how many rounds would resolve it: 30 rounds. Empty if it is resolved or if no number would."""
    if s.rounds_wanted is None or s.name == FLOOR:
        return ""
    return f"over {MOST:,} rounds" if s.rounds_wanted > MOST else words.plural(s.rounds_wanted, "round")


def _resolving(block: BlockResult) -> str:
    """How many rounds would resolve each unresolved comparison, and how long the block would take. Empty if there are none."""
    each = block.round_seconds or 0.0

    def time(s: StrategyResult) -> str:
        seconds = (s.rounds_wanted or 0) * each
        return f"{words.fixed(seconds, 0)} s" if seconds < 600 else f"{words.fixed(seconds / 60, 0)} min"

    said = ", ".join(f"{s.name} with {wanted(s)} ({time(s)})" for s in block.strategies if wanted(s))
    return f"about so many rounds in all would resolve: {said}" if said else ""


def notes(block: BlockResult) -> list[str]:
    """What must be known of a block's verdicts."""
    said = (
        f"nothing is resolved here: {block.resolves_nothing_because}" if block.resolves_nothing_because else "",
        stopping.note(block),
        _resolving(block),
        _split(block),
        f"moved by {text}" if (text := sittings.note(block)) else "",
        _no_latency(block),
    )
    return [text for text in said if text]


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
    asked = stopping.asked(results.run)
    rounds = [
        f"Rounds were added where they were needed: {asked}. A look spends an equal part of the error, so that the intervals of all "
        "comparisons at all looks of a block hold together with 95 %, whatever made it stop. Blocks with few rounds were decided soon."
    ] if asked else []
    return [
        "A round is one fresh process in which all strategies of a block take turns; in a lap each of them has one turn. A "
        f"round's ratio is the median over laps of a strategy's turn divided by {results.run.baseline}'s turn. The ratio shown "
        "is the median over rounds. Rounds are the only statistical unit.",
        "The interval is Student's t on the logarithms of the rounds' ratios, Bonferroni-corrected so that all comparisons of a "
        f"block hold together with 95 % ({each}). Blocks are not corrected for each other.",
        f"faster, slower: the whole interval lies beyond the margin ({joined}{'; the larger above 10,000 sockets' if len(margins) > 1 else ''}). same: "
        "the whole interval lies within it. a little faster, a little slower: the interval excludes 1 and reaches into the margin; the "
        f"direction is known, not that it matters. unresolved: anything else, always below {MINIMUM_ROUNDS} rounds, and for "
        "a whole block whose A/A cells (the baseline against itself) differ by more than the margin, or whose memory lay on other "
        "pages than its page_size says. The rounds that would resolve a comparison are a guess: that later rounds scatter as these do.",
        f"ns per packet: {results.run.baseline}'s is the median over rounds. That of another strategy is this time multiplied by its "
        "ratio, so a row agrees with itself; the interval is of the strategy's own rounds. Rounds in two heaps: something that a process "
        "draws once, such as where its memory lies, puts the ratio at one of two places. Then all rounds, and not the interval, must lie "
        "where a verdict says.",
        f"{FLOOR} computes nothing. It shows the harness's own cost, called floor, which every other row contains too. No count of "
        "verdicts includes it. It is subtracted in one column only: “no floor”, beside published ratios. The effect size "
        "(“effect” in report.html) is the mean log ratio in standard deviations between rounds (Hedges's g): above 1 or below -1 the difference "
        "is larger than the scatter.",
        *rounds,
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
            f"Unresolved although the block's A/A cells agree: {words.plural(open_verdicts, 'comparison')}. The notes below the tables "
            "say how many rounds would resolve them."
        )
    split = sum(s.heaps is not None for b in results.blocks if b.closed_loop for s in b.strategies)
    if split:
        lines.append(
            f"Rounds in two heaps: {words.plural(split, 'comparison')}. More rounds do not narrow such an interval; the notes below the "
            "tables show the rounds."
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
