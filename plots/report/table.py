# SPDX-License-Identifier: MIT
"""The compact table that ends a run: plain ASCII, 72 columns, a family of socket counts at a time."""

from __future__ import annotations

from plots.drawing import words
from plots.in_flight import words as in_flight_words
from plots.memory import text as memory_text
from plots.pressure import text as pressure_text
from plots.report.words import threads, verdicts
from plots.verdicts.families import Family, families
from plots.drawing.layout import beside, fill
from plots.pressure.words import where
from plots.verdicts.results import BlockResult, Results

_NAME, _CELL, _COLUMNS = 20, 25, 2


def _cell(block: BlockResult, name: str) -> str:
    strategy = block.strategy(name)
    if strategy is None:
        return f"{'-':>{_CELL}}"
    return f"{words.ns(strategy.ns_per_packet.median):>7}{words.ratio(strategy.ratio.median):>7} {strategy.word:<10}"


def _family(family: Family) -> list[str]:
    lines = fill(", ".join(words.conditions(family.shared, ["sockets"])))
    if family.shared.open_loop:
        lines += fill("ns and ratio: closed loop, measured before the load")
    for start in range(0, len(family.blocks), _COLUMNS):
        blocks = family.blocks[start : start + _COLUMNS]
        lines.append(" " * _NAME + "".join(f"  {words.sockets(b.block.axes.sockets):<{_CELL - 2}}" for b in blocks))
        names = [name for name in family.names if any(b.strategy(name) for b in blocks)]
        lines += [f"{name:<{_NAME}}" + "".join(f"{_cell(b, name):<{_CELL}}" for b in blocks) for name in names]
        lines += [
            line
            for b in blocks
            if b.resolves_nothing_because
            for line in fill(f"! {words.sockets(b.block.axes.sockets)}: {b.resolves_nothing_because}")
        ]
    if text := threads(family.blocks[0]):
        lines += fill(f"! {text}")
    return [line.rstrip() for line in lines]


def aa_line(results: Results) -> str:
    """How often the baseline was called different from itself; nothing where there is no verdict to trust or not."""
    aa = results.aa
    if not aa.comparisons and not any(block.closed_loop for block in results.blocks):
        return ""
    if not aa.comparisons:
        return "A/A: no comparison, so no verdict can be trusted"
    line = (
        f"A/A: {words.plural(aa.comparisons, 'comparison')} of {results.run.baseline} with itself, "
        f"{aa.called_different} called different, median ratio {words.ratio(aa.median_ratio)}"
    )
    if aa.too_few_rounds:
        line += f" ({aa.too_few_rounds} with too few rounds to be called different)"
    return line


def table(results: Results) -> str:
    """ns per packet, ratio to the baseline and verdict, for every timed block; then the A/A line."""
    timed = [block for block in results.blocks if block.block.timed]
    says = f"ns per packet, ratio to {results.run.baseline}, verdict; " if timed else ""
    lines = fill(f"{says}{results.run.matrix}, {results.run.name}")
    for family in families(timed, "sockets"):
        lines += ["", *_family(family)]
    pressed = [block for block in results.blocks if block.pressure]
    for family in families(pressed, "pages"):
        lines += ["", *fill(f"Memory pressure: {where(family.shared, 'pages')}")]
        for block in family.blocks:
            lines += [pressure_text.heading(block), *pressure_text.failures(block)]
    flights = in_flight_words.flights(results)
    for family in flights:
        lines += beside(in_flight_words.depths(family))
    counted = memory_text.short(results)
    lines += counted
    if not timed and not pressed and not flights and not counted:
        lines += ["", "No block of this run was timed."]
    said = aa_line(results)
    return words.ascii_text("\n".join([*lines, "", *fill(verdicts(results)), *(fill(said) if said else [])]) + "\n")
