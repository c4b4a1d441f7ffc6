# SPDX-License-Identifier: MIT
"""What all rounds have in common, and what a pass is. A question's rounds.py has the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar


NOT_RECORDED = "not recorded"
"""The SIMD state of a round in an older file."""


@dataclass(frozen=True)
class Counters:
    packets: int
    forged_accepted: int
    genuine_refused: int
    allocation_failures: int
    drops: int


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One strategy in one round."""

    name: str
    counters: Counters
    aa: bool = False
    """The baseline under another name (an A/A copy)."""


AnyCell = TypeVar("AnyCell", bound=Cell, covariant=True)


@dataclass(frozen=True, kw_only=True)
class Round(Generic[AnyCell]):
    path: Path
    cells: tuple[AnyCell, ...]
    start: datetime | None = None
    """When it began. None in older files."""
    host: str | None = None
    """The hash of the machine's name. None: not known."""
    sitting: int = 0
    """The part of the run that it belongs to, counted from 0 (results/README.md)."""

    def cell(self, name: str) -> AnyCell | None:
        return next((cell for cell in self.cells if cell.name == name), None)


@dataclass(frozen=True)
class HugePages:
    """A round's heaps and threads' stacks, and how much of them lay on huge pages."""

    memory_bytes: int
    huge_bytes: int

    @property
    def share(self) -> float:
        return self.huge_bytes / self.memory_bytes if self.memory_bytes else 0.0


@dataclass(frozen=True, kw_only=True)
class Watched(Round[AnyCell]):
    """A round with readings of the machine. None: not known."""

    round: int
    duration_ns: float
    """The whole round, with what is not timed."""
    stamp_ns: float
    steal_percent: float | None
    involuntary_switches: int | None
    migrations: int | None
    pinned: bool | None
    huge_pages: HugePages | None = None
    """Older files do not have it."""
    simd_state: str | None = NOT_RECORDED
    """Right after upper halves of SIMD registers were cleaned: clean, dirty or unknown. None: the CPU has none."""


@dataclass(frozen=True)
class Pass:
    """A way to measure a block: a kind of round."""

    name: str
    """Its name in the files' `kind` and `passes`."""
    said: str
    """The words after “7 blocks”, as in “7 blocks under memory pressure”. Empty for the timed pass."""
    kind: type[Round[Any]]
    read: Callable[[Path, dict[str, Any]], Round[Cell]]
    """Makes a round from a file that fits its schema. ValueError, in one line, if its cells contradict each other."""
    done: str = ""
    """The words after “5 of 7”. Empty: the same as `said`."""
    once: bool = False
    """Each block has one round instead of the matrix's number of rounds."""
    copies: bool = False
    """Whether its rounds have the A/A copies of the baseline too."""


def head(data: dict[str, Any]) -> dict[str, Any]:
    """The fields that every cell has, from a file."""
    counters = Counters(**{name: data[name] for name in Counters.__dataclass_fields__})
    return {"name": data["name"], "counters": counters, "aa": data["aa"]}


def watched(path: Path, data: dict[str, Any]) -> dict[str, Any]:
    """The fields of a Watched round, except its cells, from a file."""
    machine = {name: data["machine"][name] for name in ("steal_percent", "involuntary_switches", "migrations", "pinned")}
    huge = data.get("huge_pages")
    pages = HugePages(**{name: huge[name] for name in HugePages.__dataclass_fields__}) if huge else None
    machine |= {"simd_state": data["machine"].get("simd_state", NOT_RECORDED), "huge_pages": pages}
    return {"path": path, "round": data["round"], "duration_ns": data["duration_ns"], "stamp_ns": data["stamp_ns"], **machine}
