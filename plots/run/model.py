# SPDX-License-Identifier: MIT
"""What a run holds, as values: the words of results/README.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from plots.run.axes import Axes
from plots.run.rounds import Cell, Round

Kind = TypeVar("Kind", bound=Round[Any])


@dataclass(frozen=True)
class Block:
    id: str
    passes: tuple[str, ...]
    axes: Axes
    left_out: dict[str, str]
    """Strategies of the matrix that the block does without, and why."""
    rounds: tuple[Round[Cell], ...]
    """Of all passes; those of one in their order."""

    def of(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """The rounds of one pass."""
        return tuple(r for r in self.rounds if isinstance(r, kind))


@dataclass(frozen=True)
class Lines:
    """Of code, without blank lines and comments: its own files', and of files that it shares with others."""

    own: int
    shared: int


@dataclass(frozen=True)
class LinesOfCode:
    strategies: dict[str, Lines]
    protocols: dict[str, Lines]


@dataclass(frozen=True)
class Run:
    path: Path
    name: str
    matrix: str
    baseline: str
    strategies: tuple[str, ...]
    rounds: int
    margin_percent: float | None
    seed: int
    pinned_cores: tuple[int, ...]
    git: dict[str, Any]
    build: dict[str, Any]
    libraries: dict[str, str | None]
    machine: dict[str, Any]
    warnings: tuple[str, ...]
    lines_of_code: LinesOfCode | None
    """None: not in older files, or the source was not there when the run began."""
    blocks: tuple[Block, ...]
