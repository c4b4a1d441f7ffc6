# SPDX-License-Identifier: MIT
"""Texts on protocols side by side: the legend, lines of code, and why strategies are left out."""

from __future__ import annotations

from plots.run.model import Lines
from plots.verdicts.results import BlockResult, Results
from plots.verdicts.words import label

LEGEND = (
    "Each cell has the ratio to {baseline}, and below it the verdict of the corrected interval. The rows of {baseline} and of "
    "null, the harness's floor, have ns per packet. refused: the strategy does not support that algorithm, for the reasons "
    "below. lines: lines of code, the strategy's own and, after +, those of files that it shares with others, without blank "
    "lines and comments."
)


def reasons(found: list[BlockResult]) -> list[str]:
    """Which strategies are left out of which blocks, and why: one line for each strategy and reason."""
    where: dict[tuple[str, str], list[str]] = {}
    for block in found:
        for name, reason in block.block.left_out.items():
            where.setdefault((name, reason), []).append(label(block, found))
    return [f"{name} ({', '.join(blocks)}): {reason}" for (name, reason), blocks in where.items()]


def lines(found: Lines | None) -> str:
    """70 + 120"""
    if found is None:
        return "-"
    return f"{found.own:,} + {found.shared:,}" if found.shared else f"{found.own:,}"


def strategy_lines(results: Results, name: str) -> str:
    code = results.run.lines_of_code
    return lines(code.strategies.get(name) if code else None)


def protocol_lines(results: Results, block: BlockResult) -> str:
    code = results.run.lines_of_code
    return lines(code.protocols.get(block.block.axes.protocol) if code else None)
