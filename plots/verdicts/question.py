# SPDX-License-Identifier: MIT
"""What a question hands out: all that the report, the mail, the summary and the claims loop over.

A question is a folder, plots/NAME, whose question.py has a Question named QUESTION, and a line in plots/registry.py. Nothing
else knows it by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plots.drawing import words
from plots.drawing.drawn import Drawn
from plots.run.model import Block, Run
from plots.run.rounds import Pass
from plots.verdicts.families import Axis, Family
from plots.verdicts.results import BlockResult, Results, StrategyResult


@dataclass(frozen=True)
class OnPage:
    """Pieces of HTML, in the order of the page; empty: it has none."""

    first: str = ""
    """Opens the section “Result”."""
    glance: str = ""
    """Follows what all questions have to open it."""
    others: str = ""
    """Tables of further blocks, folded away with those of the others."""
    other_blocks: int = 0
    """How many."""
    section: str = ""
    """One of its own."""


@dataclass(frozen=True)
class InMail:
    """Lines of at most 72 columns; empty: it has none."""

    tables: list[str] = field(default_factory=list)
    """Tables of blocks, below the legend that all of these share."""
    heading: str = ""
    section: list[str] = field(default_factory=list)
    """One of its own, below `heading`."""


@dataclass(frozen=True)
class InTable:
    """What it adds to the table that ends a run; lines of at most 72 columns."""

    says: str = ""
    """Of what its columns are, for the table's heading."""
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """One kind of figure: what a family needs to have, and who draws it."""

    name: str
    title: str
    axis: Axis
    at_least: int
    wanted: Callable[[BlockResult], bool]
    draw: Callable[[Family, str, Results], Drawn]
    needs: str
    each: Callable[[list[BlockResult]], BlockResult] | None = None
    """Where strategies fill a figure, so that each block has its own: which block's comes first."""
    first: Callable[[Family], float] = lambda family: 0.0
    """Of families as large, the one of the least comes first."""
    of: Callable[[Results], list[BlockResult]] | None = None
    """Instead of `wanted`, where it takes the whole run to say."""
    counted: bool = False
    """Shows counted bytes, which depend on neither cache nor load."""
    opens: bool = False
    """Stands before the kinds of all questions that do not: it shows every strategy at once."""


class Beside(str):
    """What a question says beside another's answer to a claim; by itself it answers nothing."""


Answer = Callable[[Results], str | None]
"""To a claim: paragraphs, a line each; None where the run has none."""


@dataclass(frozen=True)
class Question:
    """What a question has it names here; it says nothing of the rest."""

    name: str
    """The folder's."""
    reads: Pass | None = None
    of_block: Callable[[Block, Sequence[str]], Any] = lambda block, names: None
    """Its estimates of one block, which has cells of these strategies; in `BlockResult.found`."""
    of_run: Callable[[Run], Any] = lambda run: None
    """Its estimates over the run; in `Results.found`."""
    page: Callable[[Results], OnPage] = lambda results: OnPage()
    mail: Callable[[Results], InMail] = lambda results: InMail()
    table: Callable[[Results], InTable] = lambda results: InTable()
    summary: Callable[[Results], dict[str, Any]] = lambda results: {}
    """Its keys of summary.json."""
    summary_of_block: Callable[[BlockResult], dict[str, Any]] = lambda block: {}
    """Its keys of one of the summary's blocks."""
    summary_of_strategy: Callable[[StrategyResult], dict[str, Any]] = lambda strategy: {}
    """Its keys of one of a block's strategies."""
    figures: Callable[[], Sequence[Kind]] = tuple
    """Kinds in their order. Imported when asked for: drawing needs matplotlib, which takes a second to import."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """By claim, what it says to it."""
    how_to_read: Callable[[Results], list[str]] = lambda results: []
    """Paragraphs on what its words mean."""
    limits: Callable[[Results], list[str]] = lambda results: []
    """What must not be concluded from what it shows, a line each."""
    without_rounds: str = ""
    """What is not known of a block whose one round is missing."""

    def wanted(self, results: Results) -> list[BlockResult]:
        """The blocks for which the matrix asks for its pass."""
        return [b for b in results.blocks if self.reads and self.reads.name in b.block.passes]

    def rounds(self, block: BlockResult) -> int:
        """How many rounds of its pass a block has."""
        return len(block.block.of(self.reads.kind)) if self.reads else 0

    def missing(self, results: Results) -> list[str]:
        """A line if rounds of its pass are missing."""
        each = 1 if self.reads is None or self.reads.once else results.run.rounds
        short = [rounds for b in self.wanted(results) if (rounds := self.rounds(b)) < each]
        if self.reads is None or not short:
            return []
        blocks = words.plural(len(short), "block")
        if self.reads.once:
            return [f"{blocks} without a {self.reads.name} round: {self.without_rounds}."]
        what = f" {self.reads.said}" if self.reads.said else ""
        return [
            f"{blocks}{what} {'is' if len(short) == 1 else 'are'} incomplete: {sum(short)} of {len(short) * each} rounds are there."
        ]
