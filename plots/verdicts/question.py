# SPDX-License-Identifier: MIT
"""The interface of a question. The report, the mail, the summary and the claims loop over questions.

A question is a folder plots/NAME and a line in plots/registry.py. Its question.py defines QUESTION. No other code knows its
name.
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
from plots.verdicts.parts import Part
from plots.verdicts.results import BlockResult, Results, StrategyResult


@dataclass(frozen=True)
class OnPage:
    """A question's pieces of HTML, in the order of the page. Empty: it has no such piece."""

    first: str = ""
    """At the top of the section “Result”."""
    glance: str = ""
    """In “Result”, after the `first` pieces of all questions."""
    others: str = ""
    """Tables of further blocks, folded away together with those of the other questions."""
    other_blocks: int = 0
    """How many blocks `others` has."""
    section: str = ""
    """A section of its own."""


@dataclass(frozen=True)
class InMail:
    """A question's lines in the mail, of at most 72 columns. Empty: it has none."""

    tables: list[str] = field(default_factory=list)
    """Tables of blocks. One legend above them serves all questions."""
    heading: str = ""
    section: list[str] = field(default_factory=list)
    """A section of its own, below `heading`."""


@dataclass(frozen=True)
class InTable:
    """A question's part of the table that a run prints at its end; lines of at most 72 columns."""

    says: str = ""
    """What its columns are, for the table's heading."""
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """One kind of figure: which families it can show, and the function that draws it."""

    name: str
    title: str
    axis: Axis
    at_least: int
    wanted: Callable[[BlockResult], bool]
    draw: Callable[[Family, str, Results], Drawn]
    needs: str
    each: Callable[[list[BlockResult]], BlockResult] | None = None
    """If set, each block has a figure of its own. The function picks the block that comes first."""
    first: Callable[[Family], float] = lambda family: 0.0
    """Of families with the same number of blocks, the one with the smallest value comes first."""
    of: Callable[[Results], list[BlockResult]] | None = None
    """Replaces `wanted` if the choice of blocks needs the whole run."""
    counted: bool = False
    """Shows counted bytes, which depend on neither cache nor load."""
    opens: bool = False
    """Comes before the kinds that do not set this, since it shows every strategy at once."""


@dataclass(frozen=True)
class Column:
    """A question's column in the mail's table of strategies, from one block that tells most."""

    heading: str
    width: int
    cells: Mapping[str, str]
    """By strategy."""
    says: str
    """What it is, for the line above the table. Empty: the column before it says it."""
    where: str
    """The conditions of its block."""


class Beside(str):
    """An addition to another question's answer to a claim. Alone it is no answer."""


Answer = Callable[[Results], str | None]
"""An answer to a claim: paragraphs, one per line. None if the run has no answer."""


@dataclass(frozen=True)
class Question:
    """The parts of a question. A question names only those that it has."""

    name: str
    """The folder's name."""
    reads: Pass | None = None
    of_block: Callable[[Block, Sequence[str]], Any] = lambda block, names: None
    """Makes its estimates of one block, which has cells of these strategies. They are stored in `BlockResult.found`."""
    of_run: Callable[[Run], Any] = lambda run: None
    """Makes its estimates over the whole run. They are stored in `Results.found`."""
    page: Callable[[Results], OnPage] = lambda results: OnPage()
    mail: Callable[[Results], InMail] = lambda results: InMail()
    table: Callable[[Results], InTable] = lambda results: InTable()
    summary: Callable[[Results], dict[str, Any]] = lambda results: {}
    """Its keys in summary.json."""
    summary_of_block: Callable[[BlockResult], dict[str, Any]] = lambda block: {}
    """Its keys in a block of the summary."""
    summary_of_strategy: Callable[[StrategyResult], dict[str, Any]] = lambda strategy: {}
    """Its keys in a strategy of such a block."""
    figures: Callable[[], Sequence[Kind]] = tuple
    """Its kinds of figures, in order. A function, since drawing needs matplotlib, which takes a second to import."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """Its answers, by the claim's id."""
    parts: Mapping[str, Callable[[Results], Sequence[Part]]] = field(default_factory=dict)
    """The parts of claims that it judges, by the claim's id."""
    columns: Callable[[Results], Sequence[Column]] = lambda results: ()
    how_to_read: Callable[[Results], list[str]] = lambda results: []
    """Paragraphs that explain its terms."""
    limits: Callable[[Results], list[str]] = lambda results: []
    """What must not be concluded from its results, one line each."""
    without_rounds: str = ""
    """What is not known of a block if its only round is missing."""

    def wanted(self, results: Results) -> list[BlockResult]:
        """The blocks for which the matrix asks for its pass."""
        return [b for b in results.blocks if self.reads and self.reads.name in b.block.passes]

    def rounds(self, block: BlockResult) -> int:
        """How many rounds of its pass a block has."""
        return len(block.block.of(self.reads.kind)) if self.reads else 0

    def due(self, results: Results, block: BlockResult) -> int:
        """How many it must have."""
        return 1 if self.reads is None or self.reads.once else results.run.due(block.block, self.rounds(block))

    def missing(self, results: Results) -> list[str]:
        """A line if rounds of its pass are missing."""
        if self.reads is None:
            return []
        there = [(rounds, self.due(results, b)) for b in self.wanted(results) if (rounds := self.rounds(b)) < self.due(results, b)]
        if not there:
            return []
        short, wanted = zip(*there)
        blocks = words.plural(len(short), "block")
        if self.reads.once:
            return [f"{blocks} without a {self.reads.name} round: {self.without_rounds}."]
        what = f" {self.reads.said}" if self.reads.said else ""
        return [
            f"{blocks}{what} {'is' if len(short) == 1 else 'are'} incomplete: {sum(short)} of {sum(wanted)} rounds are there."
        ]
