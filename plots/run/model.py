# SPDX-License-Identifier: MIT
"""A run as values, with the names of results/README.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from plots.run.axes import Axes
from plots.run.kernel import Kernel
from plots.run.rounds import Cell, Round

Kind = TypeVar("Kind", bound=Round[Any])

MAINLINE = "onstack"
"""What Linux does now: library calls that prepare the raw key for every packet (net/ipv4/tcp_ao.c, tcp_ao_mac_init())."""


@dataclass(frozen=True)
class Block:
    id: str
    passes: tuple[str, ...]
    axes: Axes
    left_out: dict[str, str]
    """Strategies of the matrix that the block leaves out: name to reason."""
    rounds: tuple[Round[Cell], ...]
    """Rounds of all passes. Rounds of one pass are ordered by number."""

    def of(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """The rounds of one pass."""
        return tuple(r for r in self.rounds if isinstance(r, kind))


@dataclass(frozen=True)
class Lines:
    """Lines of code, without blank lines and comments: in its own files, and in files that it shares with others."""

    own: int
    shared: int


@dataclass(frozen=True)
class LinesOfCode:
    strategies: dict[str, Lines]
    protocols: dict[str, Lines]


@dataclass(frozen=True)
class Asked:
    """What a run was asked for: what `tfmbench run --from` asks for again."""

    command_line: tuple[str, ...]
    """The words after the program's name."""
    matrix_text: str
    """The matrix's file."""


@dataclass(frozen=True)
class Addition:
    """Rounds that were added to the run, or time to one with a precision."""

    rounds_before: int | None
    """Those of a block until then. None: no rounds were added."""
    time: datetime
    command_line: tuple[str, ...]
    """The words after the program's name."""


@dataclass(frozen=True)
class NotRun:
    """A round that could not run. It has no file of results."""

    block: str
    kind: str
    """The name of its pass."""
    round: int | None
    """None: its pass has one round of each block."""
    reason: str


@dataclass(frozen=True)
class Precision:
    """What a run was asked for in place of a number of rounds."""

    percent: float
    """The half-width of an interval from which on a comparison gets no more rounds, whatever its verdict."""
    max_time_seconds: float | None
    """How long the timed rounds of closed-loop blocks may take together. None: no limit."""
    looks: tuple[int, ...]
    """The rounds of a block at which it is judged, and stops or goes on."""


@dataclass(frozen=True)
class Run:
    path: Path
    name: str
    matrix: str
    baseline: str
    strategies: tuple[str, ...]
    rounds: int
    """Of each block. With a precision, of blocks that are not timed in closed loop."""
    precision: Precision | None
    sittings: int
    """Parts of the rounds that lie at least ten minutes apart, as the matrix asks for. 1 in older files. Rounds that were added ten
    minutes later are another one."""
    second_baseline: str | None
    """A strategy that tables show ratios to as well, beside the baseline."""
    margin_percent: float | None
    seed: int
    pinned_cores: tuple[int, ...]
    git: dict[str, Any]
    build: dict[str, Any]
    libraries: dict[str, str | None]
    machine: dict[str, Any]
    warnings: tuple[str, ...]
    lines_of_code: LinesOfCode | None
    """None in older files, and if the source was not there when the run began."""
    asked: Asked | None
    """None in older files."""
    additions: tuple[Addition, ...]
    """In the order of time."""
    not_run: tuple[NotRun, ...]
    """In the order of blocks, passes and rounds."""
    blocks: tuple[Block, ...]
    kernel: Kernel | None = None
    """What was measured in the real kernel, to stand beside this run. None: nothing was given."""

    def looks(self, block: Block) -> tuple[int, ...]:
        """The rounds at which a block is judged. Empty: its number of rounds is fixed."""
        sequential = self.precision is not None and "timed" in block.passes and not block.axes.open_loop
        return self.precision.looks if self.precision and sequential else ()

    def due(self, block: Block, there: int) -> int:
        """How many rounds of a pass the block must have, if it has `there`: with looks, those of the look that it has begun."""
        looks = self.looks(block)
        return next((rounds for rounds in looks if rounds >= there), there) if looks else self.rounds
